import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import { batchingScorer } from '../../models/scorers/batchingScorer.ts';
import { openOrtScorer } from '../../models/scorers/ortScorer.ts';
import type { Scorer, ScorerColumns } from '../../models/scorers/scorer.ts';
import { columnsGraph } from './columnsGraph.ts';

const reference = await openOrtScorer(encodeModel(columnsGraph));
afterAll(() => reference.release());

/** Rows whose score tells which they are. */
const rowsAt = (miles: readonly number[], at: unknown = 3): ScorerColumns => ({
  rows: miles.length,
  columns: {
    miles,
    at: miles.map(() => at) as number[],
    late: miles.map(() => true),
    origin: miles.map(() => 'ATL'),
  },
});

/** Counts the calls and the rows that come to the reference. */
function noted(): { readonly scorer: Scorer; readonly asked: number[] } {
  const asked: number[] = [];
  const score = (given: ScorerColumns) => {
    asked.push(given.rows);
    return reference.score(given);
  };
  return { scorer: { ...reference, score, release: async () => {} }, asked };
}

test('calls at once are scored as they are alone, each with its own rows and its own error', async () => {
  const miles = fc.array(fc.float({ min: 0, max: 1e4, noNaN: true }), { maxLength: 20 });
  const call = fc.tuple(miles, fc.constantFrom<unknown>(3, 3, 3, 2n ** 60n, 1.5, 'x'), fc.boolean());
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 60 }), async (calls) => {
      const scorer = batchingScorer(noted().scorer);
      const asked = calls.map(([row, at, whole]) => {
        const { rows, columns } = rowsAt(row, at);
        const { origin: _, ...fewer } = columns;
        return { rows, columns: whole ? columns : rows % 7 === 0 ? fewer : columns };
      });
      const [together, alone] = await Promise.all(
        [scorer, reference].map((one) => Promise.all(asked.map((each) => one.score(each).catch(String)))),
      );
      expect(together).toEqual(alone);
    }),
    { numRuns: 40 },
  );
});

test('the first call does not wait, those that come meanwhile are one batch', async () => {
  const { scorer, asked } = noted();
  const batching = batchingScorer(scorer);
  const answers = Array.from({ length: 9 }, (_, at) => batching.score(rowsAt([at])));
  expect(asked).toEqual([1]);
  await Promise.all(answers);
  expect(asked).toEqual([1, 8]);
  await batching.score(rowsAt([1]));
  expect(asked).toEqual([1, 8, 1]);
});

test('a batch is bounded, and what is large goes by itself', async () => {
  const { scorer, asked } = noted();
  const batching = batchingScorer(scorer);
  await Promise.all(Array.from({ length: 600 }, (_, at) => batching.score(rowsAt([at]))));
  expect(asked).toEqual([1, 256, 256, 87]);
  asked.length = 0;
  const miles = Float32Array.from({ length: 17 }, (_, at) => at);
  await Promise.all([batching.score(rowsAt([1])), batching.score(rowsAt(Array.from(miles)))]);
  expect(asked).toEqual([1, 17]);
});

test('its release waits for the calls that wait', async () => {
  const own = await openOrtScorer(encodeModel(columnsGraph));
  const batching = batchingScorer(own);
  const answers = Array.from({ length: 300 }, (_, at) => batching.score(rowsAt([at])));
  await batching.release();
  expect(await Promise.all(answers)).toHaveLength(300);
  await expect(batching.score(rowsAt([1]))).rejects.toThrow('scorer.released');
});
