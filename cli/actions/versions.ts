import { notedOf, notedText } from '../../core/note.ts';
import { headOf } from '../../registry/ledger.ts';
import { readNotes } from '../../registry/notes.ts';
import { listVersions } from '../../registry/versions.ts';
import { snapshotOfVersion } from '../../registry/versionsOfSnapshot.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { printJson, printTable } from '../output.ts';
import { requirePipeline } from '../requirePipeline.ts';

/** Lists the versions of a pipeline. Throws `pipeline.unknown`. */
export async function versions(pipeline: string, { json }: JsonOption): Promise<void> {
  const workplace = openWorkplace();
  const { store } = workplace;
  const records = await listVersions(store, pipeline);
  if (records.length === 0) await requirePipeline(workplace, pipeline);
  const aliases = Object.entries((await headOf(store, pipeline))?.aliases ?? {});
  const notes = await readNotes(store, pipeline);
  const named = records.map((record) => ({
    ...record,
    ...notedOf(notes, { version: record.version }),
    aliases: aliases.filter(([, at]) => at === record.version).map(([name]) => name),
  }));
  if (json) {
    const snapshots = await concurrently(records, storeHands, (record) => snapshotOfVersion(store, record));
    return printJson(named.map((record, at) => ({ ...record, snapshot: snapshots[at] ?? null })));
  }
  const rows = named.map((one) => [
    `${one.version}`,
    one.asOf,
    one.verdict.outcome,
    one.aliases.join(', '),
    one.digest.slice(0, 12),
    one.refresh === undefined ? one.run : `${one.run}, refresh of version ${one.refresh.of}`,
    notedText(one),
  ]);
  printTable([['version', 'as of', 'verdict', 'aliases', 'model digest', 'run', 'tags and notes'], ...rows]);
}
