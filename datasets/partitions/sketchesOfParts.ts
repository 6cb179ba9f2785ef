import { WhetError } from '../../core/errors.ts';
import type { RowsSketch } from '../../core/sketches/columnSketch.ts';
import { mergedSketch } from '../../core/sketches/mergedSketch.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { hourMs, hourStart } from '../../core/time.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { digestOfValue } from '../../storage/digest.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, getObjectJson, readJson } from '../../storage/objects.ts';

/** Part of the name of every sketch that is kept for later: raise it when the same parts merge to another one. */
const sketchVersion = 1;

/**
 * The sketch of all clean rows of some partitions, in the order of their hours. Those of 16, 64, 256 and 1,024 hours side
 * by side are kept, as sketches merge to the same in any grouping: an hour later, a window of 2,400 hours is made of some
 * thirty. Throws `storage.missing`, `storage.damaged`.
 */
export function sketchesOfParts(
  store: ObjectStore,
  contract: string,
  parts: readonly PartitionVersion[],
): Promise<RowsSketch> {
  return mergedBlocks(store, contract, parts, parts.length);
}

/** Where a merged sketch is kept: it can always be made again. */
export function sketchKey(contract: string, name: string): string {
  return `datasets/${contract}/sketches/${name}.v${sketchVersion}.json`;
}

/** Whole hours since 1970 are parted into blocks of each size, so that windows that overlap have the same ones. */
const blockSizes = [1_024, 256, 64, 16];

/** The largest blocks up to a size that the partitions fill, and the single ones between them. */
function blocksOf(parts: readonly PartitionVersion[], largest: number): PartitionVersion[][] {
  const blocks: PartitionVersion[][] = [];
  for (let at = 0; at < parts.length; at += blocks.at(-1)?.length ?? 1) {
    const size = blockSizes.find((hours) => hours <= largest && isBlock(parts, at, hours)) ?? 1;
    blocks.push(parts.slice(at, at + size));
  }
  return blocks;
}

function isBlock(parts: readonly PartitionVersion[], at: number, hours: number): boolean {
  const [first, last] = [parts[at], parts[at + hours - 1]].map((part) => part && hourStart(part.hour) / hourMs);
  return first !== undefined && last === first + hours - 1 && first % hours === 0;
}

async function mergedBlocks(
  store: ObjectStore,
  contract: string,
  parts: readonly PartitionVersion[],
  largest: number,
): Promise<RowsSketch> {
  const blocks = blocksOf(parts, largest);
  return mergedSketch(await concurrently(blocks, storeHands, (block) => sketchOfBlock(store, contract, block)));
}

async function sketchOfBlock(
  store: ObjectStore,
  contract: string,
  block: readonly PartitionVersion[],
): Promise<RowsSketch> {
  const digests = block.filter(({ rows }) => rows > 0).map(requireSketches);
  const [only] = digests;
  if (only === undefined) return mergedSketch([]);
  if (digests.length === 1) return getObjectJson<RowsSketch>(store, only);
  const key = sketchKey(contract, digestOfValue(digests));
  const kept = await readJson<RowsSketch>(store, key);
  if (kept !== undefined) return kept;
  const merged = await mergedBlocks(store, contract, block, block.length - 1);
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
