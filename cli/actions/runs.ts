import { runRecords } from '../../activities/runRecords.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { printJson, printTable } from '../output.ts';

/** Lists the runs of one pipeline, or of all. */
export async function runs(pipeline: string | undefined, { json }: JsonOption): Promise<void> {
  const { store } = openWorkplace();
  const pipelines = pipeline === undefined ? await pipelinesWithRuns(store) : [pipeline];
  const records = (await Promise.all(pipelines.map((one) => runRecords(store, one)))).flat();
  if (json) return printJson(records);
  const rows = records.map(({ run, status, version, endedAt, why }) => [run, status, `${version ?? ''}`, endedAt, why]);
  printTable([['run', 'status', 'version', 'ended', 'why'], ...rows]);
}

async function pipelinesWithRuns(store: ReturnType<typeof openWorkplace>['store']): Promise<string[]> {
  const keys = await store.list('runs/');
  return [...new Set(keys.map((key) => key.split('/')[1] ?? ''))];
}
