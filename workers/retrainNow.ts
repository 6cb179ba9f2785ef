import type { Client } from '@temporalio/client';
import type { RetrainInput } from '../core/retrainInput.ts';
import type { RunRecord } from '../core/run.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import type { Report } from './engine.ts';
import type { Telling } from './followed.ts';
import { progressOf } from './progressOf.ts';
import { recordedNow } from './recordedNow.ts';
import { stageTold } from './stageTold.ts';

export interface RetrainNow {
  readonly client: Client;
  readonly store: ObjectStore;
  readonly input: RetrainInput;
  readonly report: Report;
}

/** Runs a pipeline once and waits for the release's decision, telling each line of progress as it comes. */
export function retrainNow({ client, report, ...now }: RetrainNow): Promise<RunRecord> {
  const { pipeline, asOf } = now.input;
  const workflowId = `retrain/${pipeline}/${asOf ?? 'newest'}`;
  const summary = `${pipeline} as of ${asOf ?? 'the newest hour'}`;
  const tell = runOf(client, workflowId, report);
  return recordedNow({ ...now, client, report, workflow: 'retrain', workflowId, summary, tell });
}

/** What the run and its search say of themselves, and before it why it waits. */
function runOf(client: Client, workflowId: string, report: Report): Telling {
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
  const tellStage = stageTold(client, report);
  let waited = '';
  return async (isLast) => {
    const runId = await asked('runOf');
    const waits = runId === '' ? await asked('waitsFor') : '';
    if (waits !== '' && waits !== waited) report(waits);
    waited = waits;
    const tellSearch = () => tell(runId.replace(/^run/, 'search'), async () => undefined, '  ');
    // A search that was done before tells of that time: it is asked only while this run searches, and at its end.
    const progress = await progressOf(client, runId);
    if (progress?.now.startsWith('search')) await tellSearch();
    else if (!isLast) await tellStage(runId, progress);
    await tell(runId, async (line) => (/^search: .*(?<!\(reused\)), [\d.]+ s$/.test(line) ? tellSearch() : undefined));
  };
}
