import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson, readHint } from '../storage/objects.ts';

/**
 * Notes that a run is under way, before it looks for anything: what it uses is kept until it has ended, however long
 * that takes. `run` is the id of Temporal's run.
 */
export async function noteRun(store: ObjectStore, run: string, atMs: number): Promise<void> {
  await createJson(store, noteKey(run), { at: atMs } satisfies Note);
}

/** What the run made is named by its record by now. */
export function forgetRun(store: ObjectStore, run: string): Promise<void> {
  return store.remove(noteKey(run));
}

/** When the oldest run under way began; undefined where there is none. */
export async function oldestRunMs(store: ObjectStore, nowMs: number): Promise<number | undefined> {
  const begun = (await notes(store)).map(({ at }) => at).filter((at) => nowMs - at < longestRunMs);
  return begun.length === 0 ? undefined : Math.min(...begun);
}

/** Removes the notes of runs that were given up. */
export async function forgetOldRuns(store: ObjectStore, nowMs: number): Promise<void> {
  const old = (await notes(store)).filter(({ at }) => nowMs - at >= longestRunMs);
  await Promise.all(old.map(({ key }) => store.remove(key)));
}

/** One that is damaged began at the beginning of time. */
async function notes(store: ObjectStore): Promise<(Note & { readonly key: string })[]> {
  const keys = await store.list(folder);
  return Promise.all(keys.map(async (key) => ({ key, at: (await readHint<Note>(store, key))?.at ?? 0 })));
}

interface Note {
  /** Milliseconds UTC. */
  readonly at: number;
}

const folder = 'upkeep/runs/';
/** A run that was terminated never says that it ended. */
const longestRunMs = 7 * 86_400_000;

function noteKey(run: string): string {
  return `${folder}${run}.json`;
}
