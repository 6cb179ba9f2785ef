import { z } from 'zod';
import { acrossShape } from './acrossShape.ts';
import { batchShape } from './batchShape.ts';

const compared = z.strictObject(
  {
    kind: z.literal('compare'),
    column: z.string(),
    is: z.string(),
    to: z.union(
      [z.string(), z.number(), z.boolean(), z.strictObject({ kind: z.literal('text'), value: z.string() })],
      "a number, true or false, the name of a column, or text('…')",
    ),
  },
  "a comparison, such as column('origin').differsFrom('destination')",
);
const ms = z.number();
const ruleShape = z.discriminatedUnion(
  'kind',
  [
    compared,
    z.strictObject({ kind: z.literal('requiredWhen'), column: z.string(), when: compared }),
    z.strictObject({ kind: z.literal('within'), column: z.string(), after: z.string(), atMostMs: ms, orBeforeMs: ms }),
    z.strictObject({ kind: z.literal('notInFuture'), column: z.string(), byMs: ms }),
  ],
  "a rule for one row, such as column('origin').differsFrom('destination')",
);

/** What a contract's definition is made of, for the check at run time. */
export const contractShape = z.strictObject(
  {
    source: z.looseObject({ kind: z.string(), at: z.object() }, "parquet('…'), csv('…') or ndjson('…')"),
    version: z.string("a semantic version, such as '1.2.0'").optional(),
    key: z.union([z.string(), z.array(z.string())], "'row number in source partition' or a list of columns").optional(),
    row: z.custom((value) => value instanceof z.ZodObject, 'z.object({ … }) with the columns'),
    eventTime: z.string('the name of a date column'),
    rules: z.array(ruleShape, 'a list of rules').optional(),
    across: z.array(acrossShape, 'a list of rules across rows').optional(),
    batch: z.array(batchShape, 'a list of rules over the window').optional(),
    severity: z
      .record(z.string(), z.enum(['warn', 'quarantine', 'reject'], "'warn', 'quarantine' or 'reject'"))
      .optional(),
    quarantine: z.strictObject({ atMost: z.number('a share, 0 to 1') }, '{ atMost: 0.01 }').optional(),
  },
  'an object with source, row and eventTime',
);
