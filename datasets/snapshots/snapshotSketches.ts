import type { RowsSketch } from '../../core/sketches/columnSketch.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, readJson } from '../../storage/objects.ts';
import { sketchesOfParts, sketchKey } from '../partitions/sketchesOfParts.ts';

/** The sketch of all rows of a snapshot, merged once and kept. Throws as `sketchesOfParts`. */
export async function snapshotSketches(store: ObjectStore, { id, contract, parts }: Snapshot): Promise<RowsSketch> {
  const key = sketchKey(contract, id);
  const kept = await readJson<RowsSketch>(store, key);
  if (kept !== undefined) return kept;
  const merged = await sketchesOfParts(store, contract, parts);
  await createJson(store, key, merged);
  return merged;
}

/** Whether all parts with rows have a sketch: those of earlier versions of the engine have none. */
export function hasSketches({ parts }: Snapshot): boolean {
  return parts.every(({ rows, sketches }) => rows === 0 || typeof sketches === 'string');
}
