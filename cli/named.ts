import { findRun, runRecords } from '../activities/runRecords.ts';
import { WhetError } from '../core/errors.ts';
import type { NoteSubject } from '../core/note.ts';
import type { RunRecord } from '../core/run.ts';
import { findVersion } from '../registry/versions.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

/** A version or a run as people name it beside its pipeline: `3`, `champion`, `2001-03-15T12`, `2001-03-15T12/2`. */
export async function namedSubject(store: ObjectStore, pipeline: string, name: string): Promise<NoteSubject> {
  if (isHour(name)) return { run: (await findRun(store, `${pipeline}/${name}`)).run };
  return { version: (await findVersion(store, pipeline, numberIn(name))).version };
}

/** The run that is named, or that made the version. Throws `run.unknown`, also where its record is kept no more. */
export async function namedRun(store: ObjectStore, pipeline: string, name: string): Promise<RunRecord> {
  if (isHour(name)) return findRun(store, `${pipeline}/${name}`);
  const { version, run, asOf } = await findVersion(store, pipeline, numberIn(name));
  const found = (await runRecords(store, pipeline, asOf)).find((record) => record.version === version);
  if (found !== undefined) return found;
  throw new WhetError('run.unknown', { expected: `the record of ${run}, which made version ${version}`, came: 'none' });
}

function isHour(name: string): boolean {
  return /^\d{4}-/.test(name);
}

function numberIn(name: string): string {
  return name.replace(/^v(?=\d)/, '');
}
