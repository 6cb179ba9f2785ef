import { defineSearchAttributeKey, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  defineQuery,
  executeChild,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import type { Resolved } from '../activities/resolve.ts';
import type { EndInput } from '../activities/retraining.ts';
import type { RetrainDecision, RunTrigger } from '../core/retrainDecision.ts';
import { checkRetrainInput, type RetrainInput } from '../core/retrainInput.ts';
import type { RunRecord } from '../core/run.ts';
import { brief, long } from './activityOptions.ts';
import type { RunInput } from './recordedRun.ts';
import { checkedInput, failureOf, isCancelled } from './refuse.ts';
import { run } from './run.ts';
import { shareWork } from './shareWork.ts';

const { admitRetrain, endRetrain, recordRun } = proxyActivities<PipelineActivities>(brief);
const { resolve, awaitRun } = proxyActivities<PipelineActivities>(long);

/** The workflow id of the run that this retraining started or joined; empty until it is known. */
export const runOf = defineQuery<string>('runOf');

/** Why the run of a person waits, in the words of the decision; empty where it does not. */
export const waitsFor = defineQuery<string>('waitsFor');

const scheduledTime = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');

/**
 * Retrains a pipeline: pins the plan and the hour, and where nothing speaks against it starts the run of that hour, or
 * joins the one under way.
 */
export async function retrain(given: RetrainInput): Promise<RunRecord> {
  let [runId, waitText] = ['', ''];
  const waits = (text: string): void => {
    waitText = text;
  };
  setHandler(runOf, () => runId, { description: "The id of this retraining's run" });
  setHandler(waitsFor, () => waitText, { description: 'Why it waits' });

  const input = checkedInput(() => checkRetrainInput(given));
  const startedAt = Date.now();
  const trigger = input.trigger ?? startedBy();
  const { plan, planId, asOf, decision } = await admitted(input, trigger, waits);
  const facts = { pipeline: input.pipeline, asOf, trigger };
  if (decision.outcome === 'skipped') return skipped({ ...facts, plan: planId, why: reasonOf(decision), startedAt });
  runId = `run/${input.pipeline}/${asOf}`;
  setCurrentDetails(`Run \`${runId}\` is under way.`);
  const { awaits } = decision;
  const record = await (awaits === undefined ? heldRun(runId, { ...facts, plan, planId }) : awaitRun(awaits));
  setCurrentDetails(`Run \`${record.run}\` ended **${record.status}**: ${record.why}.`);
  return record;
}

/** The time that a schedule meant, however late it was started; now, where no schedule did. */
export function askedFor(): number {
  return scheduledFor() ?? Date.now();
}

function startedBy(): RunTrigger {
  return { kind: scheduledFor() === undefined ? 'person' : 'schedule' };
}

function scheduledFor(): number | undefined {
  return workflowInfo().typedSearchAttributes.get(scheduledTime)?.getTime();
}

/**
 * The plan and the hour, and the decision on the run. A person's waits until the one under way has ended, however it does;
 * by then there may be a newer hour.
 */
async function admitted(
  input: RetrainInput,
  trigger: RunTrigger,
  waits: (text: string) => void,
): Promise<Resolved & { readonly decision: RetrainDecision }> {
  const { pipeline, replay } = input;
  for (let nowMs = askedFor(); ; nowMs = Date.now()) {
    const resolved = await hourAt(input, nowMs);
    const { planId, asOf, skip: nothingNew, newLabels = null } = resolved;
    const asked = { pipeline, planId, trigger, asOf, nothingNew, newLabels, ...(replay && { replay }) };
    const decision = await admitRetrain({ ...asked, nowMs });
    if (decision.outcome !== 'waits' || decision.awaits === undefined) return { ...resolved, decision };
    waits(decision.text);
    setCurrentDetails(`**${pipeline}** ${decision.text}.`);
    await awaitRun(decision.awaits).catch((error: unknown) => {
      if (isCancelled()) throw error;
      failureOf(error);
    });
  }
}

async function hourAt(input: RetrainInput, nowMs: number): Promise<Resolved> {
  setCurrentDetails(`Finding the hour and the plan of **${input.pipeline}**.`);
  const { answer } = await shareWork(
    (done) => resolve({ input, nowMs, done }),
    (now) => setCurrentDetails(`Reading the source of **${input.pipeline}**: ${now}.`),
  );
  return answer;
}

/** The run that this workflow was let go with; whatever becomes of it, the next may go then. */
async function heldRun(runId: string, input: RunInput): Promise<RunRecord> {
  const { pipeline, planId } = input;
  let end: EndInput['end'] = null;
  try {
    const record = await runOrJoin(runId, input);
    end = endOf(record);
    return record;
  } finally {
    await CancellationScope.nonCancellable(() => endRetrain({ pipeline, planId, end }));
  }
}

function endOf({ status, verdict, version, startedAt, endedAt, scorecard }: RunRecord): NonNullable<EndInput['end']> {
  return {
    ...{ status, startedAt, endedAt },
    ...(verdict && { verdict }),
    ...(version !== undefined && { version }),
    ...(scorecard && { scorecard: scorecard.id }),
  };
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
  readonly trigger: RunTrigger;
  readonly why: string;
  readonly startedAt: number;
}

/** Without the word that the record's status says. */
function reasonOf({ text }: RetrainDecision): string {
  return text.replace(/^skipped: /, '');
}

function skipped({ startedAt, ...facts }: Skipped): Promise<RunRecord> {
  setCurrentDetails(`Skipped: ${facts.why}.`);
  return recordRun({
    record: { ...facts, status: 'skipped', startedAt: new Date(startedAt).toISOString(), stages: [] },
  });
}
