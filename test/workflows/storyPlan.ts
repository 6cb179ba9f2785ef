import type { Plan } from '../../core/plan.ts';
import { flightPlan } from '../models/flightPlan.ts';

/** A plan of twenty-one candidates, of which 7, 3 and 1 go on. */
export function storyPlan(pipeline: string): Plan {
  return {
    ...flightPlan,
    pipeline,
    search: {
      learners: [
        { kind: 'logistic', l2: [1e-5, 1e-4, 1e-3], learningRate: [1e-2] },
        { kind: 'mlp', hidden: [[8], [16], [16, 8]], learningRate: [1e-3, 3e-3, 1e-2], l2: [0, 1e-4] },
      ],
      maximize: 'auc',
      strategy: { kind: 'halving', keep: 1 / 3, fromEpochs: 1 / 9, toEpochs: 2 },
      seed: 7,
    },
    gate: [{ kind: 'atLeast', metric: 'auc', value: 0.6 }],
    retrain: [{ kind: 'every', everyMs: 3_600_000 }],
  };
}
