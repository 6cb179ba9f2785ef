import { z } from 'zod';
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
  mlp,
  number,
  parquet,
  recentRate,
  sample,
} from '../../index.ts';

/** The contract of all soaks of a retraining. */
const flights = contract('flights', {
  source: parquet(sample('flights-3m')),
  row: z.object({
    date: z.date(),
    delay: z.int().min(-120).max(1500),
    distance: z.int().min(1).max(6000),
    origin: z.string().regex(/^[A-Z0-9]{3}$/),
    destination: z.string().regex(/^[A-Z0-9]{3}$/),
  }),
  eventTime: 'date',
  rules: [column('origin').differsFrom('destination')],
});

/** What the pipelines of the soaks share: two days of flights, asked whether they come late. */
export const soakSubject = {
  contract: flights,
  label: {
    name: 'late',
    from: column('delay').above(15),
    settlesAfter: column('distance').times('8 seconds').plus('30 minutes'),
    settlesWithin: '8 hours',
  },
  window: { train: '2 days', validate: '6 hours', test: '1 day' },
  features: {
    distance: number('distance'),
    hour: cyclic('date', 'hour of day'),
    origin: category('origin'),
    originLately: recentRate('origin', { over: '6 hours' }),
  },
} as const;

/** Two days of flights, with a grid that trains for seconds rather than milliseconds: so that a kill finds it at work. */
export const soakFlights = definePipeline({
  id: 'soak-flights',
  ...soakSubject,
  search: {
    learners: [logistic({ l2: [1e-5, 1e-3] }), mlp({ hidden: [[16]], learningRate: [3e-3, 1e-2], l2: [0, 1e-4] })],
    maximize: auc,
    strategy: halving({ keep: 1 / 2, from: '5 epochs', to: '20 epochs' }),
    seed: 7,
  },
  scorecard: { metrics: [auc, brier], slices: ['origin'] },
  gate: [auc.atLeast(0.55), auc.noWorseThanChampion({ by: 0.02 }), auc.noWorseThanReference({ by: 0.1 })],
  answer: { positive: 'late', negative: 'on time' },
});
