import { runRecords } from '../../activities/runRecords.ts';
import { notedOf, notedText } from '../../core/note.ts';
import { readNotes } from '../../registry/notes.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { printJson, printTable } from '../output.ts';
import { requirePipeline } from '../requirePipeline.ts';

/** Lists the runs of one pipeline, or of all. Throws `pipeline.unknown`. */
export async function runs(pipeline: string | undefined, { json }: JsonOption): Promise<void> {
  const workplace = openWorkplace();
  const { store } = workplace;
  const pipelines = pipeline === undefined ? await pipelinesWithRuns(store) : [pipeline];
  const records = (await Promise.all(pipelines.map((one) => runRecords(store, one)))).flat();
  if (pipeline !== undefined && records.length === 0) await requirePipeline(workplace, pipeline);
  const notes = new Map(await Promise.all(pipelines.map(async (one) => [one, await readNotes(store, one)] as const)));
  const noted = records.map((record) => notedOf(notes.get(record.pipeline) ?? [], { run: record.run }));
  if (json) return printJson(records.map((record, at) => ({ ...record, ...noted[at] })));
  const rows = records.map(({ run, status, version, endedAt, why }, at) => {
    const text = notedText(noted[at] ?? { tags: [], notes: [] });
    return [run, status, `${version ?? ''}`, endedAt, text, why];
  });
  printTable([['run', 'status', 'version', 'ended', 'tags and notes', 'why'], ...rows]);
}

async function pipelinesWithRuns(store: ReturnType<typeof openWorkplace>['store']): Promise<string[]> {
  const keys = await store.list('runs/');
  return [...new Set(keys.map((key) => key.split('/')[1] ?? ''))];
}
