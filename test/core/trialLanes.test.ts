import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TrialRequest } from '../../core/trial.ts';
import { lanesFor, trialLanes } from '../../core/trialLanes.ts';

const requests = fc.array(
  fc.record({
    hidden: fc.constantFrom([16], [32, 16]),
    learningRate: fc.constantFrom(1e-3, 1e-2),
    l2: fc.constantFrom(0, 1e-4),
    seed: fc.nat(3),
    epochs: fc.constantFrom(1, 2),
  }),
);

test('groups what differs in rates, penalties and seeds alone, and loses no trial', () => {
  fc.assert(
    fc.property(requests, fc.integer({ min: 1, max: 5 }), (drawn, most) => {
      const given = drawn.map(({ seed, epochs, ...parameters }) => requestOf(parameters, seed, epochs));
      const groups = trialLanes(given, most);
      expect(groups.flat().toSorted(byText)).toEqual(given.toSorted(byText));
      for (const group of groups) {
        expect(group.length).toBeGreaterThan(0);
        expect(group.length).toBeLessThanOrEqual(most);
        expect(new Set(group.map(shapeOf)).size).toBe(1);
      }
      for (const [shape, alike] of Object.entries(Object.groupBy(given, shapeOf))) {
        const sizes = groups.filter(([first]) => first && shapeOf(first) === shape).map(({ length }) => length);
        expect(sizes).toHaveLength(Math.ceil((alike?.length ?? 0) / most));
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test('a handful is shared out among processes, thousands are trained side by side sixteen at a time', () => {
  expect([1, 4, 5, 21, 24, 64, 10_000].map(lanesFor)).toEqual([1, 1, 2, 6, 6, 16, 16]);
});

function shapeOf({ candidate, epochs }: TrialRequest): string {
  return `${candidate.parameters.hidden} ${epochs}`;
}

function requestOf(parameters: TrialRequest['candidate']['parameters'], seed: number, epochs: number): TrialRequest {
  const candidate = { learner: 'mlp', parameters } as const;
  return { candidate, matrix: 'm', seed, epochs, backend: 'wasm', threads: 1, metrics: ['auc'] };
}

function byText(a: TrialRequest, b: TrialRequest): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
