import {
  auc,
  brier,
  category,
  column,
  contract,
  cyclic,
  definePipeline,
  halving,
  logistic,
  logLoss,
  mlp,
  number,
  parquet,
  recentCount,
  recentRate,
  sample,
  timeOfDay,
} from 'whetstone';
import { z } from 'zod';

/*
 * The demo's pipeline, searched twice: once for the best logistic regression, once for the best network. Contract, window
 * and features are those of pipelines/flight-delays.ts; beside them stands how late flights of the same route were that left
 * within the same ten and thirty minutes of the day, which says most of what trees would find in the schedule.
 */
const flights = contract('flights', {
  source: parquet(sample('flights-3m'), { partition: 'hour' }),
  key: 'row number in source partition',
  row: z.object({
    date: z.date(),
    delay: z.int().min(-120).max(1500),
    distance: z.int().min(1).max(6000),
    origin: z.string().regex(/^[A-Z0-9]{3}$/),
    destination: z.string().regex(/^[A-Z0-9]{3}$/),
  }),
  eventTime: 'date',
  rules: [column('origin').differsFrom('destination')],
  quarantine: { atMost: 0.01 },
});

const tenMinutes = ['origin', 'destination', timeOfDay('date', '10 minutes')] as const;
const thirtyMinutes = ['origin', 'destination', timeOfDay('date', '30 minutes')] as const;

const shared = {
  contract: flights,
  label: {
    name: 'late',
    from: column('delay').above(15),
    settlesAfter: column('distance').times('8 seconds').plus('30 minutes'),
    settlesWithin: '8 hours',
  },
  window: { train: '14 days', validate: '1 day', test: '1 day' },
  features: {
    distance: number('distance'),
    hour: cyclic('date', 'hour of day'),
    origin: category('origin'),
    destination: category('destination'),
    originLately: recentRate('origin', { over: '6 hours' }),
    destinationLately: recentRate('destination', { over: '6 hours' }),
    lateAtTen: recentRate(tenMinutes, { over: '10 days', smoothing: 3 }),
    countAtTen: recentCount(tenMinutes, { over: '10 days' }),
    lateAtThirty: recentRate(thirtyMinutes, { over: '10 days', smoothing: 5 }),
    countAtThirty: recentCount(thirtyMinutes, { over: '10 days' }),
  },
  scorecard: { metrics: [auc, logLoss, brier] },
  gate: [],
} as const;

const strategy = halving({ keep: 1 / 3, from: '1/2 epoch', to: '8 epochs' });

export const logisticFlights = definePipeline({
  ...shared,
  id: 'logistic-flights',
  search: { learners: [logistic({ l2: [1e-5, 1e-4, 1e-3] })], maximize: auc, strategy, seed: 7 },
});

export const mlpFlights = definePipeline({
  ...shared,
  id: 'mlp-flights',
  search: {
    learners: [
      mlp({
        hidden: [
          [64, 32],
          [128, 64],
        ],
        learningRate: [2e-3, 5e-3],
        l2: [0, 1e-5],
      }),
    ],
    maximize: auc,
    strategy,
    seed: 7,
  },
});
