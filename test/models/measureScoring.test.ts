import { expect, test } from 'vitest';
import { measureScoring } from '../../models/measureScoring.ts';
import type { Scorer, ScorerColumns } from '../../models/scorers/scorer.ts';

test('times one golden row after another: the median and the 99th percentile', async () => {
  const asked: ScorerColumns[] = [];
  let now = 0;
  const scorer: Scorer = {
    kind: 'compiled',
    inputs: [],
    async score(columns) {
      asked.push(columns);
      // Every fiftieth row takes ten times as long.
      now += asked.length % 50 === 0 ? 0.05 : 0.005;
      return new Float32Array(1);
    },
    release: async () => undefined,
  };
  const golden = { columns: { origin: ['SFO', 'JFK'], distance: [1, 2] }, scores: [0.1, 0.2] };
  const { scoringMs, scorer: kind, timed } = await measureScoring(scorer, golden, () => now);
  expect([scoringMs.p50, scoringMs.p99].map((ms) => Number(ms.toFixed(6)))).toEqual([0.005, 0.05]);
  expect([kind, timed, asked.length]).toEqual(['compiled', 2_000, 2_200]);
  expect(asked.slice(0, 2)).toEqual([
    { rows: 1, columns: { origin: ['SFO'], distance: [1] } },
    { rows: 1, columns: { origin: ['JFK'], distance: [2] } },
  ]);
});
