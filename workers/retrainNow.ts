import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { RetrainInput } from '../core/retrainInput.ts';
import type { RunRecord } from '../core/run.ts';
import { pipelineQueue } from '../core/taskQueues.ts';
import { headOf } from '../registry/ledger.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import type { Report } from './engine.ts';
import { progressOf } from './progressOf.ts';
import { releaseDecision } from './releaseDecision.ts';

export interface RetrainNow {
  readonly client: Client;
  readonly store: ObjectStore;
  readonly input: RetrainInput;
  readonly report: Report;
}

const pollMs = 250;

/** Runs a pipeline once and waits for the release's decision, telling each line of progress as it comes. */
export async function retrainNow({ client, store, input, report }: RetrainNow): Promise<RunRecord> {
  const before = (await headOf(store, input.pipeline))?.n ?? 0;
  const handle = await client.workflow.start('retrain', {
    workflowId: `retrain/${input.pipeline}/${input.asOf ?? 'newest'}`,
    taskQueue: pipelineQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `${input.pipeline} as of ${input.asOf ?? 'the newest hour'}`,
  });
  const ended = new AbortController();
  const result = (handle.result() as Promise<RunRecord>).finally(() => ended.abort());
  const following = follow(client, handle.workflowId, report, ended.signal);
  // Also of a run that fails: a question that is still on its way when the connection is closed ends the process.
  const record = await result.finally(() => following);
  if (record.version !== undefined)
    report(await releaseDecision(store, input.pipeline, record.version, before, { client, report }));
  return record;
}

/** Tells what the run and its search say of themselves until the run has ended, and before it why it waits. */
async function follow(client: Client, workflowId: string, report: Report, ended: AbortSignal): Promise<void> {
  const told = new Map<string, number>();
  const tell = async (of: string, before: (line: string) => Promise<void>, mark = ''): Promise<void> => {
    const lines = (await progressOf(client, of))?.lines ?? [];
    for (const line of lines.slice(told.get(of) ?? 0)) {
      await before(line);
      report(`${mark}${line}`);
    }
    told.set(of, Math.max(lines.length, told.get(of) ?? 0));
  };
  const asked = (what: 'runOf' | 'waitsFor'): Promise<string> =>
    client.workflow
      .getHandle(workflowId)
      .query<string>(what)
      .catch(() => '');
  for (let [last, waited] = [false, '']; ; last = ended.aborted) {
    const runId = await asked('runOf');
    const waits = runId === '' ? await asked('waitsFor') : '';
    if (waits !== '' && waits !== waited) report(waits);
    waited = waits;
    const tellSearch = () => tell(runId.replace(/^run/, 'search'), async () => undefined, '  ');
    // A search that was done before tells of that time: it is asked only while this run searches, and at its end.
    if ((await progressOf(client, runId))?.now.startsWith('search')) await tellSearch();
    await tell(runId, async (line) => (/^search: .*(?<!\(reused\)), [\d.]+ s$/.test(line) ? tellSearch() : undefined));
    if (last) return;
    await pause(pollMs, undefined, { signal: ended }).catch(() => undefined);
  }
}
