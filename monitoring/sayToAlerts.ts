import type { AlertStanding } from '../core/alert.ts';
import { type AlertWord, spokenAlertEvent } from '../core/alertWords.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { alertStanding, appendAlert } from './alertLog.ts';

/**
 * Writes a person's word into the log of alerts, and gives what is open after it. Who is to be told of it is told after
 * the next look. Throws as `spokenAlertEvent`.
 */
export async function sayToAlerts(
  store: ObjectStore,
  pipeline: string,
  word: AlertWord,
  input: unknown,
  nowMs: number,
): Promise<AlertStanding> {
  const at = new Date(nowMs).toISOString();
  const entry = await appendAlert(store, pipeline, (standing) => {
    const spoken = spokenAlertEvent(standing, word, input, nowMs);
    return spoken === null ? null : { ...spoken, at };
  });
  return entry?.standing ?? alertStanding(store, pipeline);
}
