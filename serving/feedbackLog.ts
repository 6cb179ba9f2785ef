import { WhetError } from '../core/errors.ts';
import type { FeedbackLine } from '../core/feedback.ts';
import { type Hour, hourOf } from '../core/time.ts';
import { digestOf } from '../storage/digest.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createOnce } from './createOnce.ts';

/** Labels that came back, as NDJSON under `feedback/<pipeline>/<yyyy-mm-ddThh>/<session>-<n>.sha256=<digest>.ndjson`, create-only. */
export interface FeedbackLog {
  /**
   * Ends when the lines are stored, those that come meanwhile in one file. Throws `feedback.not-stored`: the sender still
   * has them, and sends them again.
   */
  append(lines: readonly FeedbackLine[]): Promise<void>;
}

export interface FeedbackLogOptions {
  readonly store: ObjectStore;
  /** Of this process alone, ever: it names the files. */
  readonly session: string;
}

/** Lines that may wait while a write is under way. */
const mostWaiting = 100_000;

export function openFeedbackLog({ store, session }: FeedbackLogOptions): FeedbackLog {
  let waiting: Batch | undefined;
  let [files, underWay] = [0, Promise.resolve()];
  const write = async (batch: Batch): Promise<void> => {
    waiting = undefined;
    for (const [folder, lines] of Map.groupBy(batch.lines, folderOf)) {
      const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      await createOnce(store, `${folder}/${session}-${files++}.sha256=${digestOf(bytes)}.ndjson`, bytes);
    }
  };
  const begin = (): Batch => {
    const batch: Batch = { lines: [], ...Promise.withResolvers<void>() };
    underWay = underWay.then(() => write(batch).then(batch.resolve, (error) => batch.reject(notStored(error))));
    return batch;
  };
  return {
    append(lines) {
      waiting ??= begin();
      if (waiting.lines.length + lines.length > mostWaiting) return Promise.reject(notStored('too many that wait'));
      waiting.lines.push(...lines);
      return waiting.promise;
    },
  };
}

interface Batch extends PromiseWithResolvers<void> {
  readonly lines: FeedbackLine[];
}

function folderOf({ pipeline, receivedAt }: FeedbackLine): `feedback/${string}/${Hour}` {
  return `feedback/${pipeline}/${hourOf(Date.parse(receivedAt))}`;
}

function notStored(reason: unknown): WhetError {
  const facts = { expected: 'the labels to be stored', came: String(reason) };
  return new WhetError('feedback.not-stored', facts, reason);
}
