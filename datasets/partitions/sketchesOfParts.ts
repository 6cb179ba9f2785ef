import { WhetError } from '../../core/errors.ts';
import type { RowsSketch } from '../../core/sketches/columnSketch.ts';
import { mergedSketch } from '../../core/sketches/mergedSketch.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { digestOfValue } from '../../storage/digest.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, getObjectJson, readJson } from '../../storage/objects.ts';

/** Part of the name of every sketch that is kept for later: raise it when the same parts merge to another one. */
export const sketchVersion = 1;

/**
 * The sketch of all clean rows of some partitions. That of a whole day is kept, as sketches merge to the same in any
 * grouping: an hour later, a window of a hundred days is read as a hundred sketches and not as 2,400. Throws
 * `storage.missing`, `storage.damaged`.
 */
export async function sketchesOfParts(
  store: ObjectStore,
  contract: string,
  parts: readonly PartitionVersion[],
): Promise<RowsSketch> {
  const days = Map.groupBy(parts, ({ hour }) => hour.slice(0, 10));
  const lots = [...days.values()].flatMap((hours) => (hours.length === 24 ? [hours] : hours.map((hour) => [hour])));
  return mergedSketch(await concurrently(lots, storeHands, (lot) => sketchOfLot(store, contract, lot)));
}

/** Where a merged sketch is kept: it can always be made again. */
export function sketchKey(contract: string, name: string): string {
  return `datasets/${contract}/sketches/${name}.v${sketchVersion}.json`;
}

async function sketchOfLot(
  store: ObjectStore,
  contract: string,
  lot: readonly PartitionVersion[],
): Promise<RowsSketch> {
  const digests = lot.filter(({ rows }) => rows > 0).map(requireSketches);
  const [only] = digests;
  if (only === undefined) return mergedSketch([]);
  if (digests.length === 1) return getObjectJson<RowsSketch>(store, only);
  const key = sketchKey(contract, digestOfValue(digests));
  const kept = await readJson<RowsSketch>(store, key);
  if (kept !== undefined) return kept;
  const merged = mergedSketch(await Promise.all(digests.map((digest) => getObjectJson<RowsSketch>(store, digest))));
  await createJson(store, key, merged);
  return merged;
}

function requireSketches({ hour, key, sketches }: PartitionVersion): string {
  if (typeof sketches === 'string') return sketches;
  throw new WhetError('storage.missing', {
    expected: `sketches of the rows of hour ${hour}`,
    came: `partition ${key} of an earlier version, which has none`,
    todo: 'Retrain: its hours are validated again, with sketches.',
  });
}
