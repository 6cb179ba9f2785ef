import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keepBest, rungs } from '../../core/halving.ts';
import type { MetricName } from '../../core/scorecardPlan.ts';
import type { TrialResult } from '../../core/trial.ts';

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

  test('whatever the strategy: fewer candidates each time, never less budget, one candidate at all of it in the end', () => {
    const share = fc.double({ min: 0.05, max: 0.95, noNaN: true });
    const from = fc.double({ min: 0.01, max: 3, noNaN: true });
    fc.assert(
      fc.property(share, from, from, fc.integer({ min: 1, max: 2_000 }), (keep, fromEpochs, toEpochs, candidates) => {
        const found = rungs({ kind: 'halving', keep, fromEpochs, toEpochs }, candidates);
        expect(found[0]?.candidates).toBe(candidates);
        expect(found.at(-1)).toEqual({ epochs: toEpochs, candidates: 1 });
        found.slice(1).forEach((rung, at) => {
          const before = found[at] ?? rung;
          expect(rung.candidates).toBeLessThan(before.candidates);
          expect(rung.epochs).toBeGreaterThanOrEqual(before.epochs);
        });
      }),
    );
  });
});

describe('keepBest', () => {
  test('ranks in the direction of the metric', () => {
    const results = [trial('a', 0.6), trial('b', 0.8), trial('c', 0.7)];
    expect(keysOf(keepBest(results, 2, 'auc'))).toEqual(['b', 'c']);
    for (const metric of ['log loss', 'brier', 'calibration error'] as const) {
      const lower = [trial('a', 0.6, metric), trial('b', 0.8, metric), trial('c', 0.7, metric)];
      expect(keysOf(keepBest(lower, 2, metric))).toEqual(['a', 'c']);
    }
  });

  test('diverged trials come last, ties and the diverged among themselves in the order of their keys', () => {
    const results = [trial('z', null), trial('b', 0.7), trial('y', null), trial('a', 0.7), trial('c', 0)];
    expect(keysOf(keepBest(results, 9, 'auc'))).toEqual(['a', 'b', 'c', 'y', 'z']);
  });

  test('the order in which results arrive changes nothing', () => {
    const value = fc.option(fc.constantFrom(0.1, 0.5, 0.9), { nil: null });
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 20 }),
        fc.nat(20),
        fc.infiniteStream(fc.nat()),
        (values, count, draws) => {
          const results = values.map((held, at) => trial(`k${String(at).padStart(2, '0')}`, held));
          const shuffled = results
            .map((result) => ({ result, draw: draws.next().value }))
            .sort((a, b) => a.draw - b.draw)
            .map(({ result }) => result);
          expect(keepBest(shuffled, count, 'auc')).toEqual(keepBest(results, count, 'auc'));
          expect(keepBest(results, count, 'auc')).toHaveLength(Math.min(count, values.length));
        },
      ),
    );
  });
});

function trial(key: string, value: number | null, metric: MetricName = 'auc'): TrialResult {
  return {
    key,
    candidate: { learner: 'logistic', parameters: {} },
    epochs: 1,
    steps: 1,
    rowsTrained: 1,
    backend: 'wasm',
    validation: value === null ? null : { [metric]: value },
    weights: 'w',
    seconds: 1,
  };
}

function keysOf(results: readonly TrialResult[]): string[] {
  return results.map((result) => result.key);
}
