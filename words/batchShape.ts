import { z } from 'zod';

const bounds = { atLeast: z.number().optional(), atMost: z.number().optional() };
const column = z.string();
const stretches = { newestMs: z.number(), againstMs: z.number() };

/** What a rule over the window is made of, for the check at run time. */
export const batchShape = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.enum(['rows', 'rowsPerHour', 'rowsPerDay']), ...bounds }),
    z.strictObject({ kind: z.literal('rowsOnNewestDay'), within: z.number() }),
    z.strictObject({ kind: z.literal('newestRow'), withinMs: z.number() }),
    z.strictObject({ kind: z.literal('rowGap'), atMostMs: z.number() }),
    z.strictObject({
      kind: z.literal('measure'),
      column,
      measure: z.string(),
      quantile: z.number().optional(),
      ...bounds,
    }),
    z.strictObject({ kind: z.literal('varies'), column }),
    z.strictObject({
      kind: z.literal('share'),
      column,
      is: z.string(),
      to: z.union([z.number(), z.string(), z.boolean()]),
      ...bounds,
    }),
    z.strictObject({ kind: z.literal('newValues'), column, ...stretches, atMost: z.number() }),
    z.strictObject({ kind: z.literal('drift'), column, by: z.string(), ...stretches, atMost: z.number() }),
  ],
  'a rule such as rows.perDay.atLeast(1000)',
);
