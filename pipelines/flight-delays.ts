import {
  auc,
  brier,
  calibrationError,
  category,
  column,
  contract,
  cyclic,
  definePipeline,
  every,
  halving,
  logistic,
  logLoss,
  mlp,
  number,
  parquet,
  recentRate,
  rows,
  sample,
} from 'whetstone';
import { z } from 'zod';

// It has just left. Will it arrive more than 15 minutes late?
const flights = contract('flights', {
  source: parquet(sample('flights-3m'), { partition: 'hour' }),
  key: 'row number in source partition',
  row: z.object({
    date: z.date(), // the actual departure
    delay: z.int().min(-120).max(1500), // of the arrival, in minutes
    distance: z.int().min(1).max(6000), // in miles
    origin: z.string().regex(/^[A-Z0-9]{3}$/),
    destination: z.string().regex(/^[A-Z0-9]{3}$/),
  }),
  eventTime: 'date',
  rules: [column('origin').differsFrom('destination')],
  batch: [rows.perDay.atLeast(10_000)],
  quarantine: { atMost: 0.01 }, // share of the run's window
});

export const flightDelays = definePipeline({
  id: 'flight-delays',
  contract: flights,
  label: {
    name: 'late',
    from: column('delay').above(15),
    settlesAfter: column('distance').times('8 seconds').plus('30 minutes'), // when it has landed
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
  },
  search: {
    learners: [
      logistic({ l2: [1e-5, 1e-4, 1e-3] }),
      mlp({ hidden: [[16], [32, 16], [64, 32]], learningRate: [1e-3, 3e-3, 1e-2], l2: [0, 1e-4] }),
    ],
    maximize: auc,
    strategy: halving({ keep: 1 / 3, from: '1/9 epoch', to: '2 epochs' }),
    seed: 7,
  },
  scorecard: {
    metrics: [auc, logLoss, brier, calibrationError],
    slices: ['origin'],
  },
  gate: [
    auc.atLeast(0.6),
    auc.noWorseThanChampion({ by: 0.005 }),
    auc.noWorseThanReference({ by: 0.02 }),
    brier.atMost(0.25),
  ],
  retrain: [every('1 hour')],
  rollout: { parity: true, shadow: '2 minutes' },
  watch: { labels: 'source' }, // the flights of the next hours tell who was late
  answer: { positive: 'late', negative: 'on time' },
});
