import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { RunRecord } from '../core/run.ts';
import { pipelineQueue } from '../core/taskQueues.ts';
import { headOf } from '../registry/ledger.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import type { Report } from './engine.ts';
import { progressOf } from './progressOf.ts';
import { releaseDecision } from './releaseDecision.ts';

/** A workflow that tells its progress by itself and ends with a record. */
export interface RecordedNow<Input extends { readonly pipeline: string }> {
  readonly client: Client;
  readonly store: ObjectStore;
  readonly report: Report;
  readonly workflow: 'register' | 'refresh';
  readonly workflowId: string;
  readonly input: Input;
  /** For the Web UI. */
  readonly summary: string;
}

const pollMs = 250;

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
  const ended = new AbortController();
  const result = (handle.result() as Promise<RunRecord>).finally(() => ended.abort());
  const following = tellLines(client, workflowId, report, ended.signal);
  // Also of a run that fails: a question that is still on its way when the connection is closed ends the process.
  const record = await result.finally(() => following);
  if (record.version !== undefined)
    report(await releaseDecision(store, input.pipeline, record.version, before, { client, report }));
  return record;
}

async function tellLines(client: Client, workflowId: string, report: Report, ended: AbortSignal): Promise<void> {
  let told = 0;
  for (let last = false; ; last = ended.aborted) {
    const lines = (await progressOf(client, workflowId))?.lines ?? [];
    for (const line of lines.slice(told)) report(line);
    told = Math.max(told, lines.length);
    if (last) return;
    await pause(pollMs, undefined, { signal: ended }).catch(() => undefined);
  }
}
