import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { auc, column, contract, csv, definePipeline, exhaustive, logistic, number } from '../../index.ts';

const orders = contract('orders', {
  source: csv('orders.csv', { partition: 'hour' }),
  row: z.object({ time: z.date(), amount: z.number(), items: z.int(), shop: z.string(), fraud: z.int() }),
  eventTime: 'time',
});

const pipelineWith = (bins: object) =>
  definePipeline({
    id: 'orders',
    contract: orders,
    label: { name: 'fraud', from: column('fraud').equals(1), settlesAfter: '1 hour', settlesWithin: '1 hour' },
    window: { train: '7 days', validate: '1 day', test: '1 day' },
    features: { amount: number('amount', { scale: 'log' }) },
    search: { learners: [logistic({ l2: [0] })], maximize: auc, strategy: exhaustive({ epochs: 1 }) },
    scorecard: { metrics: [auc], bins },
    gate: [],
  });

describe('bins of a column', () => {
  test('stand in the plan as they are written', () => {
    expect(pipelineWith({ amount: [10, 100] }).plan.scorecard).toEqual({
      metrics: ['auc'],
      slices: [],
      bins: [{ column: 'amount', edges: [10, 100] }],
    });
  });

  test.each([
    [{ amuont: [1] }, /column.unknown: .*'amuont' in pipeline orders, scorecard.bins.amuont/],
    [{ shop: [1] }, /column.wrong-type: .*'shop', which is string/],
    [{ items: [1] }, /expected a column that a feature number\('…'\) reads, but came 'items'/],
    [{ amount: [] }, /expected one number or more, each above the one before, but came \[\]/],
    [{ amount: [10, 10] }, /each above the one before/],
    [{ amount: 'ten' }, /expected a list of numbers/],
  ])('are refused: %j', (bins, message) => {
    expect(() => pipelineWith(bins)).toThrow(message);
  });
});
