import type { Command } from 'commander';
import { runRecords } from '../../activities/runRecords.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import { command, type JsonOption } from '../command.ts';
import { printJson, printTable } from '../output.ts';

export function runsCommand(): Command {
  return command('runs [pipeline]', 'Lists the runs, oldest first.', 'whet runs flight-delays').action(runs);
}

async function runs(pipeline: string | undefined, { json }: JsonOption): Promise<void> {
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
