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
  recentRate,
  sample,
} from 'whetstone';
import { z } from 'zod';

/*
 * The demo's pipeline, searched twice: once for the best logistic regression, once for the best network. Contract, window
 * and features are those of pipelines/flight-delays.ts.
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
  },
  scorecard: { metrics: [auc, logLoss, brier] },
  gate: [],
} as const;

const strategy = halving({ keep: 1 / 3, from: '1/9 epoch', to: '2 epochs' });

export const logisticFlights = definePipeline({
  ...shared,
  id: 'logistic-flights',
  search: { learners: [logistic({ l2: [1e-5, 1e-4, 1e-3] })], maximize: auc, strategy, seed: 7 },
});

export const mlpFlights = definePipeline({
  ...shared,
  id: 'mlp-flights',
  search: {
    learners: [mlp({ hidden: [[16], [32, 16], [64, 32]], learningRate: [1e-3, 3e-3, 1e-2], l2: [0, 1e-4] })],
    maximize: auc,
    strategy,
    seed: 7,
  },
});
