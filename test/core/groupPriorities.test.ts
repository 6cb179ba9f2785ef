import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupPriorities } from '../../core/groupPriorities.ts';
import type { TrialRequest } from '../../core/trial.ts';

test('the largest group goes first, and one of half its work after it', () => {
  const groups = [groupOf([16], 4), groupOf([64], 4), groupOf([32], 4), groupOf([64], 2), groupOf(undefined, 1)];
  expect(groupPriorities(groups)).toEqual([3, 1, 2, 2, 5]);
});

test('a larger group never goes after a smaller one of its shape, and every block has one that goes first', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 16 }), { minLength: 1 });
  fc.assert(
    fc.property(sizes, (drawn) => {
      const priorities = groupPriorities(drawn.map((size) => groupOf([32, 16], size)));
      expect(Math.min(...priorities)).toBe(1);
      const bySize = drawn.map((size, at) => [size, priorities[at] ?? 0] as const).sort(([a], [b]) => b - a);
      expect(bySize.map(([, priority]) => priority)).toEqual(priorities.toSorted((a, b) => a - b));
    }),
  );
});

function groupOf(hidden: readonly number[] | undefined, size: number): TrialRequest[] {
  const parameters = { learningRate: 0.01, ...(hidden && { hidden }) };
  const candidate = { learner: 'mlp', parameters } as const;
  const request = { candidate, matrix: 'm', seed: 1, epochs: 1, backend: 'cpu', threads: 1, metrics: ['auc'] } as const;
  return Array.from({ length: size }, () => request);
}
