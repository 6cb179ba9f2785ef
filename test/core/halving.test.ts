import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rungs } from '../../core/halving.ts';

const halving = { kind: 'halving', keep: 1 / 3, fromEpochs: 1 / 9, toEpochs: 2 } as const;

describe('rungs', () => {
  test('21 candidates, a third kept, from 1/9 epoch to 2', () => {
    const found = rungs(halving, 21);
    expect(found.map((rung) => rung.candidates)).toEqual([21, 7, 3, 1]);
    [1 / 9, 1 / 3, 1, 2].forEach((epochs, at) => {
      expect(found[at]?.epochs).toBeCloseTo(epochs, 12);
    });
  });

  test('an exhaustive search is one rung, a single candidate gets the whole budget at once', () => {
    expect(rungs({ kind: 'exhaustive', epochs: 3 }, 5)).toEqual([{ epochs: 3, candidates: 5 }]);
    expect(rungs(halving, 1)).toEqual([{ epochs: 2, candidates: 1 }]);
    expect(rungs(halving, 0)).toEqual([]);
  });

  test('whatever the strategy: fewer candidates and more budget each time, all of it in the end, and only there', () => {
    const share = fc.double({ min: 0.05, max: 0.95, noNaN: true });
    const from = fc.double({ min: 0.01, max: 3, noNaN: true });
    fc.assert(
      fc.property(share, from, from, fc.integer({ min: 1, max: 2_000 }), (keep, fromEpochs, toEpochs, candidates) => {
        const found = rungs({ kind: 'halving', keep, fromEpochs, toEpochs }, candidates);
        expect(found[0]?.candidates).toBe(candidates);
        expect(found.at(-1)?.epochs).toBe(toEpochs);
        const reached = fromEpochs / keep ** (found.length - 1) >= toEpochs * (1 - 1e-9);
        expect(found.at(-1)?.candidates === 1 || reached).toBe(true);
        found.slice(1).forEach((rung, at) => {
          const before = found[at] ?? rung;
          expect(rung.candidates).toBeLessThan(before.candidates);
          expect(rung.epochs).toBeGreaterThan(before.epochs);
        });
      }),
    );
  });
});
