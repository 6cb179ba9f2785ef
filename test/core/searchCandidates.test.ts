import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../core/canonicalJson.ts';
import type { LearnerPlan } from '../../core/learnerPlan.ts';
import { searchCandidates } from '../../core/searchCandidates.ts';
import { searchGrid } from '../../core/searchGrid.ts';
import type { SearchPlan } from '../../core/searchPlan.ts';

const lists: LearnerPlan = { kind: 'logistic', l2: [0, 1e-4, 1e-3], learningRate: [1e-3, 1e-2] };
const ranges: LearnerPlan = {
  kind: 'mlp',
  hidden: [[16], [{ kind: 'int', from: 8, to: 128 }, 8]],
  learningRate: { kind: 'log uniform', from: 1e-4, to: 1e-1 },
  l2: { kind: 'uniform', from: 0, to: 0.5 },
};
const draws = fc.integer({ min: 1, max: 60 });
const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

test('drawn candidates are so many, no two alike, each inside its ranges; fewer are the first of more', () => {
  fc.assert(
    fc.property(draws, draws, seeds, (trials, more, seed) => {
      const candidates = searchCandidates(planOf([ranges, lists], trials, seed));
      expect(new Set(candidates.map(canonicalJson)).size).toBe(trials);
      expect(searchCandidates(planOf([ranges, lists], trials + more, seed)).slice(0, trials)).toEqual(candidates);
      for (const { learner, parameters } of candidates) {
        const { hidden, learningRate, l2 } = parameters as { hidden: number[]; learningRate: number; l2: number };
        if (learner === 'logistic') continue;
        expect(learningRate).toBeGreaterThanOrEqual(1e-4);
        expect(learningRate).toBeLessThanOrEqual(1e-1);
        expect(Number(l2.toPrecision(4))).toBe(l2);
        expect(hidden.length === 1 ? hidden[0] === 16 : hidden[1] === 8).toBe(true);
        expect(Number.isInteger(hidden[0]) && (hidden[0] ?? 0) >= 8 && (hidden[0] ?? 0) <= 128).toBe(true);
      }
    }),
    { numRuns: 30 },
  );
});

test('of lists alone, points of the grid are drawn: all of it at most', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), seeds, (trials, seed) => {
      const grid = searchGrid({ learners: [lists] });
      const candidates = searchCandidates(planOf([lists], trials, seed));
      expect(candidates).toHaveLength(Math.min(trials, 6));
      expect(grid).toEqual(expect.arrayContaining(candidates));
      expect(new Set(candidates.map(canonicalJson)).size).toBe(candidates.length);
    }),
  );
});

test('of lists that make more points than a search may have, points are drawn without making them all', () => {
  const values = Array.from({ length: 1_000 }, (_, index) => index + 1);
  const huge: LearnerPlan = { kind: 'mlp', hidden: values.map((units) => [units]), learningRate: values, l2: values };
  const candidates = searchCandidates(planOf([huge], 200, 7));
  expect(new Set(candidates.map(canonicalJson)).size).toBe(200);
});

test('a short range that holds fewer values than are to be drawn gives those it has', () => {
  const short: LearnerPlan = { kind: 'mlp', hidden: [[{ kind: 'int', from: 1, to: 3 }]], learningRate: [1], l2: [0] };
  const widths = searchCandidates(planOf([short], 50, 7)).map(({ parameters }) => parameters.hidden);
  expect(widths.toSorted()).toEqual([[1], [2], [3]]);
});

test('draws of a logarithm are spread over the orders of magnitude, and the same on every machine', () => {
  const candidates = searchCandidates(planOf([ranges], 3_000, 7));
  const below = candidates.filter(({ parameters }) => (parameters.learningRate as number) < 1e-3).length;
  expect(Math.abs(below / 3_000 - 1 / 3)).toBeLessThan(0.03);
  expect(candidates.slice(0, 3)).toMatchInlineSnapshot(`
    [
      {
        "learner": "mlp",
        "parameters": {
          "hidden": [
            16,
          ],
          "l2": 0.1824,
          "learningRate": 0.001774,
        },
      },
      {
        "learner": "mlp",
        "parameters": {
          "hidden": [
            30,
            8,
          ],
          "l2": 0.06804,
          "learningRate": 0.04138,
        },
      },
      {
        "learner": "mlp",
        "parameters": {
          "hidden": [
            16,
          ],
          "l2": 0.0619,
          "learningRate": 0.0455,
        },
      },
    ]
  `);
});

function planOf(learners: readonly LearnerPlan[], trials: number, seed: number): SearchPlan {
  return { learners, maximize: 'auc', strategy: { kind: 'random', trials, epochs: 1 }, seed };
}
