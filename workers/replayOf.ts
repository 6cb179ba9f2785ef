import { runRecords } from '../activities/runRecords.ts';
import { WhetError } from '../core/errors.ts';
import type { Replay } from '../core/retrainInput.ts';
import { durationMs, hourOf, hourStart } from '../core/time.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

export interface ReplayOptions {
  /** A pipeline to retrain at once, and the hour to do it at. */
  readonly retrain?: { readonly pipeline: string; readonly asOf?: string };
  /** Let the source's past pass again: an hour for each of these durations. */
  readonly replayEvery?: string;
  /** The hour at which the replayed past begins; that of the first retraining when left out. */
  readonly from?: string;
}

/** Without a pace the replayed clock stands still at the first retraining's hour; it goes on from where it was left. */
export async function replayOf(store: ObjectStore, options: ReplayOptions): Promise<Replay | undefined> {
  const { retrain, replayEvery, from } = options;
  if (retrain?.asOf === undefined) return undefined;
  const judged = await runRecords(store, retrain.pipeline);
  const hours = [hourOf(hourStart(from ?? retrain.asOf)), ...judged.map(({ asOf }) => asOf)];
  const newest = hours.sort().at(-1) ?? retrain.asOf;
  const startedAt = new Date().toISOString();
  if (replayEvery === undefined) return { from: newest, startedAt, hourLastsMs: null };
  return { from: newest, startedAt, hourLastsMs: durationMs(replayEvery, '--replay') };
}

/**
 * A past that begins before its first champion would be answered by one that has seen it. Throws `input.invalid`: where `from`
 * is before `asOf` or no hour, and where it stands alone.
 */
export function checkReplay({ from, retrain, replayEvery }: ReplayOptions): void {
  if (from === undefined) return;
  if (retrain?.asOf === undefined || replayEvery === undefined) {
    const expected = '--retrain, --as-of and --replay beside --from';
    throw new WhetError('input.invalid', { expected, came: `--from ${from} without them` });
  }
  if (hourStart(from, '--from') >= hourStart(retrain.asOf)) return;
  throw new WhetError('input.invalid', {
    expected: `in --from an hour that is not before --as-of ${retrain.asOf}`,
    came: `'${from}'`,
    todo: 'Let the replay begin at the hour of the first retraining or later.',
  });
}
