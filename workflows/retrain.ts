import { defineSearchAttributeKey, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  defineQuery,
  executeChild,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import { checkRetrainInput, type RetrainInput } from '../core/retrainInput.ts';
import type { RunRecord } from '../core/run.ts';
import { brief, long } from './activityOptions.ts';
import type { RunInput } from './recordedRun.ts';
import { checkedInput } from './refuse.ts';
import { run } from './run.ts';
import { shareWork } from './shareWork.ts';

const { recordRun } = proxyActivities<PipelineActivities>(brief);
const { resolve, awaitRun } = proxyActivities<PipelineActivities>(long);

/** The workflow id of the run that this retraining started or joined; empty until it is known. */
export const runOf = defineQuery<string>('runOf');

const scheduledTime = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');

/** Retrains a pipeline: pins the plan and the hour, then starts or joins the one run of that hour. */
export async function retrain(given: RetrainInput): Promise<RunRecord> {
  let runId = '';
  setHandler(runOf, () => runId, { description: "The id of this retraining's run" });

  const input = checkedInput(() => checkRetrainInput(given));
  setCurrentDetails(`Finding the hour and the plan of **${input.pipeline}**.`);
  const startedAt = Date.now();
  const nowMs = askedFor();
  const { answer } = await shareWork(
    (done) => resolve({ input, nowMs, done }),
    (now) => setCurrentDetails(`Reading the source of **${input.pipeline}**: ${now}.`),
  );
  const { plan, planId, asOf, skip } = answer;
  if (skip !== null) return skipped({ pipeline: input.pipeline, asOf, plan: planId, why: skip, startedAt });
  runId = `run/${input.pipeline}/${asOf}`;
  setCurrentDetails(`Run \`${runId}\` is under way.`);
  const record = await runOrJoin(runId, { pipeline: input.pipeline, asOf, plan, planId });
  setCurrentDetails(`Run \`${record.run}\` ended **${record.status}**: ${record.why}.`);
  return record;
}

/** The time that a schedule meant, however late it was started; now, where no schedule did. */
export function askedFor(): number {
  return workflowInfo().typedSearchAttributes.get(scheduledTime)?.getTime() ?? Date.now();
}

async function runOrJoin(workflowId: string, input: RunInput): Promise<RunRecord> {
  try {
    const staticSummary = `${input.pipeline} as of ${input.asOf}`;
    return await executeChild(run, {
      workflowId,
      args: [input],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return awaitRun({ workflowId });
  }
}

interface Skipped {
  readonly pipeline: string;
  readonly asOf: string;
  readonly plan: string;
  readonly why: string;
  readonly startedAt: number;
}

function skipped({ startedAt, ...facts }: Skipped): Promise<RunRecord> {
  setCurrentDetails(`Skipped: ${facts.why}.`);
  return recordRun({
    record: { ...facts, status: 'skipped', startedAt: new Date(startedAt).toISOString(), stages: [] },
  });
}
