import { z } from 'zod';

const ms = z.number();
const per = z.string().nullable();

/** What a rule across rows is made of, for the check at run time. */
export const acrossShape = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('unique'), columns: z.array(z.string()), withinMs: ms.optional() }),
    z.strictObject({ kind: z.literal('noDuplicates') }),
    z.strictObject({ kind: z.literal('inOrder'), per, by: z.string(), withinMs: ms }),
    z.strictObject({ kind: z.literal('gapAtMost'), per, atMostMs: ms, withinMs: ms }),
    z.strictObject({
      kind: z.literal('references'),
      column: z.string(),
      to: z.strictObject({ contract: z.string(), column: z.string(), type: z.string() }),
    }),
  ],
  "a rule across rows, such as unique('id')",
);
