import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../core/canonicalJson.ts';
import { searchGrid } from '../../core/searchGrid.ts';
import type { SearchPlan } from '../../core/searchPlan.ts';

const search: SearchPlan = {
  learners: [
    { kind: 'logistic', l2: [1e-5, 1e-4, 1e-3], learningRate: [0.01] },
    { kind: 'mlp', hidden: [[16], [32, 16], [64, 32]], learningRate: [1e-3, 3e-3, 1e-2], l2: [0, 1e-4] },
  ],
  maximize: 'auc',
  strategy: { kind: 'exhaustive', epochs: 1 },
  seed: 7,
};

test('the grid is the product of each learner, in the order of the plan', () => {
  const grid = searchGrid(search);
  expect(grid).toHaveLength(21);
  expect(grid[0]).toEqual({ learner: 'logistic', parameters: { l2: 1e-5, learningRate: 0.01 } });
  expect(grid[3]).toEqual({ learner: 'mlp', parameters: { hidden: [16], learningRate: 1e-3, l2: 0 } });
  expect(grid[4]).toEqual({ learner: 'mlp', parameters: { hidden: [16], learningRate: 1e-3, l2: 1e-4 } });
  expect(grid.at(-1)).toEqual({ learner: 'mlp', parameters: { hidden: [64, 32], learningRate: 1e-2, l2: 1e-4 } });
});

test('a point that is named twice is there once, and keys in another order give the same grid', () => {
  const values = fc.array(fc.constantFrom(0, 0.1, 0.2), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(values, values, (l2, learningRate) => {
      const one = searchGrid({ ...search, learners: [{ kind: 'logistic', l2, learningRate }] });
      const other = searchGrid({ ...search, learners: [{ learningRate, l2, kind: 'logistic' }] });
      expect(one).toHaveLength(new Set(l2).size * new Set(learningRate).size);
      expect(new Set(one.map(canonicalJson)).size).toBe(one.length);
      expect(other).toEqual(one);
    }),
  );
});
