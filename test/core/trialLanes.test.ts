import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TrialRequest } from '../../core/trial.ts';
import { trialLanes } from '../../core/trialLanes.ts';

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
        expect(new Set(group.map(({ candidate, epochs }) => `${candidate.parameters.hidden} ${epochs}`)).size).toBe(1);
      }
      const shapes = new Set(given.map(({ candidate, epochs }) => `${candidate.parameters.hidden} ${epochs}`));
      const full = groups.filter(({ length }) => length === most).length;
      expect(groups.length - full).toBeLessThanOrEqual(shapes.size);
    }),
  );
});

function requestOf(parameters: TrialRequest['candidate']['parameters'], seed: number, epochs: number): TrialRequest {
  const candidate = { learner: 'mlp', parameters } as const;
  return { candidate, matrix: 'm', seed, epochs, backend: 'wasm', threads: 1, metrics: ['auc'] };
}

function byText(a: TrialRequest, b: TrialRequest): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
