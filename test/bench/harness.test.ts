import { expect, test } from 'vitest';
import { type Bench, runBench } from '../../bench/harness.ts';

function benchOf(first: readonly number[], second: readonly number[]): Bench {
  const cases = [first, second].map((values, one) => {
    const left = [...values];
    return {
      name: one === 0 ? 'ours' : 'theirs',
      unit: 'ms',
      better: 'lower' as const,
      measure: async () => left.shift() ?? Number.NaN,
    };
  });
  return {
    cases,
    ratios: [{ name: 'ours to theirs', of: 'ours', to: 'theirs' }],
    runs: 3,
    conditions: [],
    close: async () => undefined,
  };
}

test('warms up once, then gives median, least and most of the counted runs', async () => {
  const report = await runBench('x', benchOf([999, 3, 1, 2], [999, 6, 4, 5]), () => undefined);
  expect(report.cases).toEqual([
    { case: 'ours', unit: 'ms', median: 2, min: 1, max: 3, runs: 3 },
    { case: 'theirs', unit: 'ms', median: 5, min: 4, max: 6, runs: 3 },
  ]);
  expect(report.ratios['ours to theirs']?.verdict).toBe('ours is better than theirs');
});

test('calls no difference one that the runs do not agree on', async () => {
  const report = await runBench('x', benchOf([0, 1, 2, 1], [0, 2, 1, 2]), () => undefined);
  expect(report.ratios['ours to theirs']?.verdict).toBe('inside the noise');
});

test('a group gives several figures from one measurement, and must give each of them', async () => {
  let measured = 0;
  const figures = ['p50', 'p99'].map((name) => ({ name, unit: 'us', better: 'lower' as const }));
  const measureAll = async () => ({ p50: ++measured, p99: 10 * measured });
  const bench: Bench = { ...benchOf([], []), cases: [], groups: [{ figures, measureAll }], ratios: [] };
  const report = await runBench('x', bench, () => undefined);
  expect(report.cases.map(({ case: name, min, max }) => [name, min, max])).toEqual([
    ['p50', 2, 4],
    ['p99', 20, 40],
  ]);
  const lacking: Bench = { ...bench, groups: [{ figures, measureAll: async () => ({ p50: 1 }) }] };
  await expect(runBench('x', lacking, () => undefined)).rejects.toThrow("expected a value of 'p99'");
});
