import { neededStretches, stretchKey, type WindowSketches } from '../../core/batch/stretches.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { RowsSketch } from '../../core/sketches/columnSketch.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { hourStart } from '../../core/time.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { sketchesOfParts } from './sketchesOfParts.ts';

/** The sketches that a contract's rules over a window read; nothing is read where they need none. Throws as `sketchesOfParts`. */
export async function windowSketches(
  store: ObjectStore,
  contract: ContractPlan,
  parts: readonly PartitionVersion[],
): Promise<WindowSketches> {
  const found = new Map<string, RowsSketch>();
  for (const stretch of neededStretches(contract.batch, parts)) {
    const inside = parts.filter(({ hour }) => hourStart(hour) >= stretch.from && hourStart(hour) < stretch.to);
    found.set(stretchKey(stretch), await sketchesOfParts(store, contract.id, inside));
  }
  return found;
}
