import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareRuns } from '../../core/compareRuns.ts';
import { differences } from '../../core/differences.ts';
import type { RunRecord } from '../../core/run.ts';
import { flightPlan } from '../models/flightPlan.ts';

test('names each place that differs, as deep as can be', () => {
  const a = { search: { learners: [{ l2: [0, 1] }, { l2: [2] }], seed: 7 }, gate: [] };
  const b = { search: { learners: [{ l2: [0, 3] }], seed: 7 }, gate: {}, answer: 'x' };
  expect(differences(a, b)).toEqual([
    { path: 'search.learners[0].l2[1]', a: 1, b: 3 },
    { path: 'search.learners[1]', a: { l2: [2] }, b: undefined },
    { path: 'gate', a: [], b: {} },
    { path: 'answer', a: undefined, b: 'x' },
  ]);
});

test('finds nothing between a value and itself, and the same places whichever comes first', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(differences(a, structuredClone(a))).toEqual([]);
      const paths = (found: ReturnType<typeof differences>) => found.map(({ path }) => path).toSorted();
      expect(paths(differences(a, b))).toEqual(paths(differences(b, a)));
      expect(differences(a, b).length === 0).toBe(JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)));
    }),
  );
});

test('tells what changed between two runs, and how each measured', () => {
  const stages = (snapshot: string) => [
    { name: 'features', key: 'k', seconds: 1, reused: false, inputs: { snapshot } } as const,
  ];
  const run = (at: Partial<RunRecord>): RunRecord => ({ ...({} as RunRecord), stages: [], ...at });
  const best = { learner: 'logistic', epochs: 1 } as const;
  const found = compareRuns(
    {
      plan: flightPlan,
      record: run({
        stages: stages('s1'),
        best: { ...best, parameters: { l2: 1 } },
        scorecard: { id: 'c', metrics: { auc: { value: 0.7 } } } as never,
      }),
    },
    {
      plan: { ...flightPlan, search: { ...flightPlan.search, seed: 8 } },
      record: run({
        stages: stages('s2'),
        best: { ...best, parameters: { l2: 2 } },
        scorecard: { id: 'c', metrics: { auc: { value: 0.75 }, brier: { value: 0.2 } } } as never,
      }),
    },
  );
  expect(found.plan).toEqual([{ path: 'search.seed', a: flightPlan.search.seed, b: 8 }]);
  expect(found.inputs).toEqual([{ path: 'features.snapshot', a: 's1', b: 's2' }]);
  expect(found.best).toEqual([{ path: 'parameters.l2', a: 1, b: 2 }]);
  expect(found.metrics).toEqual([
    { metric: 'auc', a: 0.7, b: 0.75, difference: expect.closeTo(0.05, 12) },
    { metric: 'brier', a: null, b: 0.2, difference: null },
  ]);
});

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, held]) => [name, sorted(held)]),
  );
}
