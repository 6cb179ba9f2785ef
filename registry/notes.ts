import type { NoteRecord } from '../core/note.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson, requireJson } from '../storage/objects.ts';

/** All that was written of a pipeline's versions and runs, oldest first. */
export async function readNotes(store: ObjectStore, pipeline: string): Promise<NoteRecord[]> {
  const keys = await store.list(folderOf(pipeline));
  const records = await Promise.all(keys.map((key) => requireJson<NoteRecord>(store, key)));
  return records.sort((a, b) => a.n - b.n);
}

/** Writes a record under the next number. Whoever took the number first keeps it, and this one takes the next. */
export async function appendNote(
  store: ObjectStore,
  pipeline: string,
  note: Omit<NoteRecord, 'n'>,
): Promise<NoteRecord> {
  for (let n = (await readNotes(store, pipeline)).length + 1; ; n += 1) {
    const record = { ...note, n };
    if (await createJson(store, `${folderOf(pipeline)}${n}.json`, record)) return record;
  }
}

function folderOf(pipeline: string): string {
  return `models/${pipeline}/notes/`;
}
