import type { PipelineActivities } from '../../activities/activities.ts';
import type { Backtest, ReplayedModel } from '../../core/backtest.ts';
import { backtestCadence } from '../../core/backtestCadence.ts';
import { usualCadences } from '../../core/backtestInput.ts';
import { storyPlan } from './storyPlan.ts';

export type BacktestNames = Extract<
  keyof PipelineActivities,
  'openBacktest' | 'heldModel' | 'keepModel' | 'refit' | 'takeTurn' | 'scoreHour' | 'lookBack' | 'closeBacktest'
>;

/** A replay of any pipeline: every turn promotes, and nothing is watched. */
export function usualBacktests(): Pick<PipelineActivities, BacktestNames> {
  const models = new Map<string, ReplayedModel>();
  return {
    async openBacktest({ input }) {
      const cadences = (input.retrainEvery ?? usualCadences).map((text) => backtestCadence(text));
      const tracks = cadences.map((cadence) => ({
        name: cadence.name,
        scope: `backtests/b1/${cadence.name}`,
        cadence,
      }));
      const backtest: Backtest = { id: 'b1', input, planId: 'plan-1', plan: storyPlan(input.pipeline), tracks };
      return { backtest, isDone: false };
    },
    heldModel: async ({ asOf }) => models.get(asOf) ?? null,
    async keepModel({ model }) {
      models.set(model.asOf, model);
      return model;
    },
    refit: async () => ({ plan: storyPlan('refitted'), planId: 'plan-2' }),
    takeTurn: async ({ hour }) => ({
      ...{ hour, kind: 'retrain', outcome: 'promoted', version: 1, verdict: 'passed' },
      ...{ why: 'auc 0.7 is at least 0.6', seconds: 2 },
    }),
    scoreHour: async () => undefined,
    lookBack: async () => 0,
    closeBacktest: async () => undefined,
  };
}
