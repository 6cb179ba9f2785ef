import { activityInfo } from '@temporalio/activity';
import { decideRetrain } from '../core/decideRetrain.ts';
import { pastRun, type RunEnd } from '../core/pastRun.ts';
import type { RetrainDecision } from '../core/retrainDecision.ts';
import { withEnded, withUnderway } from '../core/retrainStanding.ts';
import { changeStanding, decisionTaken, keepDecision } from '../registry/retrainings.ts';
import { type ConsiderInput, considered } from './considerRetrain.ts';
import { planOf } from './planOf.ts';
import type { Ports } from './ports.ts';
import { rebuiltStanding, scorecardOf } from './rebuiltStanding.ts';
import { type Asked, retrainEvidence } from './retrainEvidence.ts';
import { settledStanding } from './settledStanding.ts';

/** What a run is asked for with, once its plan and hour are known. */
export interface AdmitInput extends Asked {
  readonly pipeline: string;
  readonly planId: string;
}

export interface EndInput {
  readonly pipeline: string;
  readonly planId: string;
  /** What became of the run; null where it ended without a record. */
  readonly end: (RunEnd & { readonly scorecard?: string }) | null;
}

/** Stage 13: whether to retrain. One run of a pipeline at a time, and a recorded reason for each that is asked for. */
export function createRetrainingActivities(ports: Ports) {
  const { store } = ports;
  return {
    /** Lets the run that this workflow asks for go, or says why not. One that may go holds the pipeline until `endRetrain`. */
    async admitRetrain(input: AdmitInput): Promise<RetrainDecision> {
      const by = thisWorkflow();
      const { pipeline, planId, nowMs } = input;
      const taken = await decisionTaken(store, pipeline, nowMs, by.runId);
      if (taken !== undefined) return taken;
      const plan = await planOf(store, planId);
      const evidenceWith = await retrainEvidence(ports, plan, planId, input);
      const decision = await changeStanding(store, pipeline, async (before) => {
        const known = before ?? (await rebuiltStanding(ports, plan));
        const standing = await settledStanding(known, by.runId);
        const value = decideRetrain(evidenceWith(standing), plan.retraining);
        if (value.outcome !== 'run') return { standing, value };
        const { asOf, trigger, replay } = input;
        const underway = { ...by, asOf, plan: planId, trigger, startedMs: nowMs };
        return { standing: withUnderway(standing, underway, replay), value };
      });
      return keepDecision(store, decision, by.runId);
    },

    /** The run that this workflow was let go with is over: it is counted, and the next may go. */
    async endRetrain({ pipeline, planId, end }: EndInput): Promise<void> {
      const { runId } = thisWorkflow();
      const { search } = await planOf(store, planId);
      const card = await scorecardOf(ports, end?.scorecard);
      const endedAt = new Date(ports.clock()).toISOString();
      await changeStanding(store, pipeline, async (before) => {
        if (before?.underway?.runId !== runId) return { standing: before, value: undefined };
        const { underway } = before;
        const none = { status: 'failed', startedAt: new Date(underway.startedMs).toISOString(), endedAt } as const;
        const past = pastRun(underway, end ?? none, card, search.maximize);
        return { standing: withEnded(before, runId, past), value: undefined };
      });
    },

    /**
     * Whether what a look found asks for a run, and whether one may go. `run`: start `retrain` with this trigger, which
     * decides once more, and keeps that decision; each other that something asked for is kept here.
     */
    considerRetrain: (input: ConsiderInput): Promise<RetrainDecision> => considered(ports, input),
  };
}

function thisWorkflow(): { readonly workflowId: string; readonly runId: string } {
  const { workflowExecution } = activityInfo();
  return { workflowId: workflowExecution?.workflowId ?? 'none', runId: workflowExecution?.runId ?? 'none' };
}
