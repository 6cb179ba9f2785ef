import { auc, definePipeline, int, logistic, logUniform, mlp, random } from '../../index.ts';
import { soakSubject } from './soakFlights.ts';

/** Two days of flights and a search of two hundred trials, some trained side by side and some alone. */
export const soakSearch = definePipeline({
  id: 'soak-search',
  ...soakSubject,
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
