import type { RetrainDecision } from '../core/retrainDecision.ts';
import { noRetraining, type RetrainStanding } from '../core/retrainStanding.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson, readJson, requireJson } from '../storage/objects.ts';
import { openJson, sealedJson } from '../storage/sealedJson.ts';
import { newestKeys } from './newestKeys.ts';

/** Where a decision is kept: keys are in the order of time. `by` is the workflow that asked, of Temporal. */
function decisionKey({ pipeline, at }: Pick<RetrainDecision, 'pipeline' | 'at'>, by: string): string {
  return `${folderOf(pipeline)}${at.replaceAll(':', '-')}-${by}.json`;
}

/** Writes a decision once: whoever comes second is given the one that is there. */
export async function keepDecision(
  store: ObjectStore,
  decision: RetrainDecision,
  by: string,
): Promise<RetrainDecision> {
  const key = decisionKey(decision, by);
  return (await createJson(store, key, decision)) ? decision : requireJson<RetrainDecision>(store, key);
}

/** The decision that this workflow was given at that time; undefined where it was given none. */
export function decisionTaken(
  store: ObjectStore,
  pipeline: string,
  atMs: number,
  by: string,
): Promise<RetrainDecision | undefined> {
  return readJson<RetrainDecision>(store, decisionKey({ pipeline, at: new Date(atMs).toISOString() }, by));
}

/** The decisions on a pipeline, newest first, no more than `most`. */
export async function decisionsOn(
  store: ObjectStore,
  pipeline: string,
  most: number,
  nowMs: number,
): Promise<RetrainDecision[]> {
  const keys = (await newestKeys(store, folderOf(pipeline), most, nowMs)).reverse();
  const decisions = await concurrently(keys, storeHands, (key) => readJson<RetrainDecision>(store, key));
  // One that a sweep takes meanwhile is left out.
  return decisions.filter((decision) => decision !== undefined);
}

export async function retrainStanding(store: ObjectStore, pipeline: string): Promise<RetrainStanding> {
  return (await readJson<RetrainStanding>(store, standingKey(pipeline))) ?? noRetraining;
}

/**
 * Changes what is known of a pipeline's retraining, null where nothing is; `change` gives the same where nothing changes.
 * Whoever comes second reads again, and decides again.
 */
export async function changeStanding<T>(
  store: ObjectStore,
  pipeline: string,
  change: (
    standing: RetrainStanding | null,
  ) => Promise<{ readonly standing: RetrainStanding | null; readonly value: T }>,
): Promise<T> {
  const key = standingKey(pipeline);
  for (;;) {
    const stored = await store.read(key);
    const before = stored === undefined ? null : openJson<RetrainStanding>(key, stored.bytes);
    const { standing, value } = await change(before);
    if (standing === before || standing === null) return value;
    if ((await store.swap(key, sealedJson(standing), stored?.etag ?? null)) !== undefined) return value;
  }
}

function folderOf(pipeline: string): string {
  return `decisions/${pipeline}/`;
}

function standingKey(pipeline: string): string {
  return `retraining/${pipeline}.json`;
}
