import {
  auc,
  category,
  column,
  cyclic,
  definePipeline,
  int,
  logistic,
  logUniform,
  mlp,
  number,
  random,
  recentRate,
} from '../../index.ts';
import { flights } from './soakFlights.ts';

/** Two days of flights and a search of two hundred trials, some trained side by side and some alone. */
export const soakSearch = definePipeline({
  id: 'soak-search',
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
  search: {
    learners: [
      logistic({ l2: logUniform(1e-6, 1e-2), learningRate: logUniform(1e-3, 1e-1) }),
      mlp({ hidden: [[int(4, 32)]], learningRate: logUniform(1e-3, 3e-2), l2: logUniform(1e-6, 1e-3) }),
    ],
    maximize: auc,
    strategy: random({ trials: 200, epochs: 6 }),
    seed: 7,
  },
  scorecard: { metrics: [auc] },
  gate: [auc.atLeast(0.55)],
  answer: { positive: 'late', negative: 'on time' },
});
