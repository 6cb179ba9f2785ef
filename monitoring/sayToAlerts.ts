import type { AlertStanding } from '../core/alert.ts';
import { type AlertWord, spokenAlertEvent } from '../core/alertWords.ts';
import { WhetError } from '../core/errors.ts';
import { alertHead, alertStanding, appendAlert } from '../registry/alertLog.ts';
import { headOf } from '../registry/ledger.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

/**
 * Writes a person's word into the log of alerts, and gives what is open after it. A look tells whoever is to be told of it.
 * Throws `pipeline.unknown`, and as `spokenAlertEvent`.
 */
export async function sayToAlerts(
  store: ObjectStore,
  pipeline: string,
  word: AlertWord,
  input: unknown,
  nowMs: number,
): Promise<AlertStanding> {
  await requireWatched(store, pipeline);
  const at = new Date(nowMs).toISOString();
  const entry = await appendAlert(store, pipeline, (standing) => {
    const spoken = spokenAlertEvent(standing, word, input, nowMs);
    return spoken === null ? null : { ...spoken, at };
  });
  return entry?.standing ?? alertStanding(store, pipeline);
}

/** A name that is mistyped would begin a log of its own. Throws `pipeline.unknown`. */
export async function requireWatched(store: ObjectStore, pipeline: string): Promise<void> {
  const isKnown = (await headOf(store, pipeline)) !== undefined || (await alertHead(store, pipeline)) !== undefined;
  if (isKnown) return;
  const todo = 'Name a pipeline that has a version: whet versions PIPELINE lists them.';
  throw new WhetError('pipeline.unknown', { expected: 'a pipeline with a version', came: `'${pipeline}'`, todo });
}
