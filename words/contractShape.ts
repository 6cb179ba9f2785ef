import { z } from 'zod';

/** What a contract's definition is made of, for the check at run time. */
export const contractShape = z.strictObject(
  {
    source: z.looseObject({ kind: z.string(), at: z.object() }, "parquet('…'), csv('…') or ndjson('…')"),
    version: z.string("a semantic version, such as '1.2.0'").optional(),
    key: z.union([z.string(), z.array(z.string())], "'row number in source partition' or a list of columns").optional(),
    row: z.custom((value) => value instanceof z.ZodObject, 'z.object({ … }) with the columns'),
    eventTime: z.string('the name of a date column'),
    rules: z
      .array(
        z.strictObject(
          {
            kind: z.literal('compare'),
            column: z.string(),
            is: z.string(),
            to: z.union([z.string(), z.number()], 'a number, or the name of a column'),
          },
          "a comparison, such as column('origin').differsFrom('destination')",
        ),
        'a list of comparisons',
      )
      .optional(),
    batch: z
      .array(z.looseObject({ kind: z.literal('rowsPerDay') }, 'a rule such as rows.perDay.atLeast(1000)'), 'a list')
      .optional(),
    quarantine: z.strictObject({ atMost: z.number('a share, 0 to 1') }, '{ atMost: 0.01 }').optional(),
  },
  'an object with source, row and eventTime',
);
