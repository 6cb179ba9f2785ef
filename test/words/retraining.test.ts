import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { usualRetraining } from '../../core/retrainPlan.ts';
import {
  after as afterPipeline,
  auc,
  brier,
  column,
  contract,
  csv,
  definePipeline,
  every,
  exhaustive,
  logistic,
  number,
  onDecay,
  onDrift,
  onNewData,
  recentRate,
} from '../../index.ts';
import { errorOf } from './errorOf.ts';

const row = z.object({ at: z.date(), shop: z.string(), amount: z.number().min(0), days: z.int().min(3).max(9) });
const base = {
  id: 'orders-fraud',
  contract: contract('orders', { source: csv('data/orders.csv'), row, eventTime: 'at' }),
  label: { name: 'fraud', from: column('days').above(5), settlesAfter: '1 hour', settlesWithin: '2 hours' },
  window: { train: '7 days', validate: '1 day', test: '1 day' },
  features: { amount: number('amount'), lately: recentRate('shop', { over: '6 hours' }) },
  search: { learners: [logistic({ l2: [0] })], maximize: auc, strategy: exhaustive({ epochs: '2 epochs' }) },
  scorecard: { metrics: [auc] },
  gate: [],
};

/** The definition as untyped JavaScript would give it. */
function planOf(changes: object) {
  return definePipeline({ ...base, ...changes } as never).plan;
}

describe('what asks for a run', () => {
  test('is in the plan as the pipeline file says it', () => {
    const retrain = [every('1 hour'), onNewData(), onNewData({ hours: 3 }), onDrift({ of: ['amount'] }), onDrift()];
    expect(
      planOf({ watch: {}, retrain: [...retrain, onDecay({ metric: auc, by: 0.02 }), afterPipeline('loads')] }).retrain,
    ).toEqual([
      { kind: 'every', everyMs: 3_600_000 },
      { kind: 'new data', hours: 1 },
      { kind: 'new data', hours: 3 },
      { kind: 'drift', of: ['amount'] },
      { kind: 'drift' },
      { kind: 'decay', metric: 'auc', by: 0.02 },
      { kind: 'after', pipeline: 'loads' },
    ]);
  });

  test.each<[string, object]>([
    ['each trigger once', { retrain: [every('1 hour'), every('60 minutes')] }],
    ['watch: { … }, whose looks tell onNewData when', { retrain: [onNewData()] }],
    ['watch: { … }, whose looks tell onDrift when', { retrain: [onDrift()] }],
    [
      'a monitor of performance in watch, by which onDecay is judged',
      { watch: { monitors: [] }, retrain: [onDecay()] },
    ],
    ['whole hours, 1 or more', { watch: {}, retrain: [onNewData({ hours: 0.5 })] }],
    ['features of the pipeline (amount, lately)', { watch: {}, retrain: [onDrift({ of: ['shop'] })] }],
    ['features, each once', { watch: {}, retrain: [onDrift({ of: [] })] }],
    ['a number above 0', { watch: {}, retrain: [onDecay({ by: 0 })] }],
    ['a metric of scorecard.metrics', { watch: {}, retrain: [onDecay({ metric: brier })] }],
    ['another pipeline', { retrain: [afterPipeline('orders-fraud')] }],
    ["an id of small letters, digits and '-'", { retrain: [afterPipeline('Loads')] }],
    ['every(…)', { refresh: onNewData(), retrain: [every('1 hour')] }],
    ['less than the 1 hour from one retraining to the next', { refresh: every('2 hours'), retrain: [every('1 hour')] }],
  ])('is refused: %s', (expected, changes) => {
    expect(errorOf(() => planOf(changes)).message).toContain(expected);
  });
});

describe('what holds triggers back', () => {
  test('is in the plan where the file says some of it, each other as usual, and no part of it else', () => {
    expect(planOf({})).not.toHaveProperty('retraining');
    expect(planOf({ retraining: {} }).retraining).toEqual(usualRetraining);
    const retraining = {
      ...{ budget: { runs: 24, minutes: 120 }, coolDown: '30 minutes', leastLabels: 500, leastGain: 0.003 },
      ...{ backOff: { after: 2, from: '2 hours', atMost: '1 day' }, worth: '5 minutes' },
    };
    expect(planOf({ retraining }).retraining).toEqual({
      ...{ budget: { runs: 24, minutes: 120 }, coolDownMs: 1_800_000, leastLabels: 500, leastGain: 0.003 },
      ...{ backOff: { after: 2, fromMs: 7_200_000, mostMs: 86_400_000 }, worthSeconds: 300 },
    });
    expect(planOf({ retraining: { backOff: { from: '12 hours' } } }).retraining?.backOff.mostMs).toBe(43_200_000);
  });

  test.each<[string, object]>([
    ['a whole number from 1', { budget: { runs: 0 } }],
    ['a whole number from 0', { leastLabels: 2.5 }],
    ['a number from 0', { leastGain: -0.1 }],
    ['a duration longer than nothing', { coolDown: '0 minutes' }],
    ['no less than from', { backOff: { from: '2 hours', atMost: '1 hour' } }],
    ["Did you mean 'coolDown'?", { cooldown: '1 hour' }],
  ])('is refused: %s', (expected, retraining) => {
    expect(errorOf(() => planOf({ retraining })).message).toContain(expected);
  });
});
