import type { Client } from '@temporalio/client';
import type { RunRecord } from '../core/run.ts';
import { pipelineQueue } from '../core/taskQueues.ts';
import { headOf } from '../registry/ledger.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import type { Report } from './engine.ts';
import { followed, type Telling } from './followed.ts';
import { progressOf } from './progressOf.ts';
import { releaseDecision } from './releaseDecision.ts';
import { stageTold } from './stageTold.ts';

/** A workflow that ends with a record. */
export interface RecordedNow<Input extends { readonly pipeline: string }> {
  readonly client: Client;
  readonly store: ObjectStore;
  readonly report: Report;
  readonly workflow: 'retrain' | 'register' | 'refresh';
  readonly workflowId: string;
  readonly input: Input;
  /** For the Web UI. */
  readonly summary: string;
  /** Left out: it tells its progress by itself. */
  readonly tell?: Telling;
}

/** Starts it, or joins the one under way, and waits for the release's decision, telling each line of progress as it comes. */
export async function recordedNow<Input extends { readonly pipeline: string }>(
  now: RecordedNow<Input>,
): Promise<RunRecord> {
  const { client, store, report, workflow, workflowId, input, summary } = now;
  const before = (await headOf(store, input.pipeline))?.n ?? 0;
  const handle = await client.workflow.start(workflow, {
    workflowId,
    taskQueue: pipelineQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: summary,
  });
  const record = await followed<RunRecord>(handle, now.tell ?? linesOf(client, workflowId, report));
  if (record.version !== undefined)
    report(await releaseDecision(store, input.pipeline, record.version, before, { client, report }));
  return record;
}

function linesOf(client: Client, workflowId: string, report: Report): Telling {
  const tellStage = stageTold(client, report);
  let told = 0;
  return async (isLast) => {
    const progress = await progressOf(client, workflowId);
    const lines = progress?.lines ?? [];
    if (!isLast) await tellStage(workflowId, progress);
    for (const line of lines.slice(told)) report(line);
    told = Math.max(told, lines.length);
  };
}
