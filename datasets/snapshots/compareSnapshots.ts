import type { ContractChange } from '../../core/contractChanges/changeLevel.ts';
import { contractChanges } from '../../core/contractChanges/contractChanges.ts';
import { jensenShannon } from '../../core/sketches/jensenShannon.ts';
import { psi } from '../../core/sketches/psi.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { type SnapshotDiff, snapshotDiff } from '../../core/snapshotDiff.ts';
import type { DataPorts } from '../dataPorts.ts';
import { contractOfSnapshot } from './findSnapshot.ts';
import { type RowChanges, rowChanges } from './rowChanges.ts';
import { hasSketches, snapshotSketches } from './snapshotSketches.ts';

/** All that differs between two snapshots. */
export interface SnapshotComparison extends SnapshotDiff {
  /** Null where one of them was frozen by an earlier version of the engine, which kept no contract. */
  readonly contract: readonly ContractChange[] | null;
  /** Of each changed hour; null where the contract is not known. */
  readonly rowsOfHours: readonly RowChanges[] | null;
  /** Of the columns that both have, the one that drifted most first; null where a snapshot was frozen without sketches. */
  readonly drift: readonly ColumnDrift[] | null;
}

export interface ColumnDrift {
  readonly column: string;
  /** The distance of Jensen and Shannon, 0 to 1, and the population stability index. */
  readonly distance: number;
  readonly psi: number;
}

/** Compares two snapshots; of hours with other content the rows are read. Throws `storage.missing`, `storage.damaged`. */
export async function compareSnapshots(
  ports: Pick<DataPorts, 'store' | 'database'>,
  before: Snapshot,
  after: Snapshot,
): Promise<SnapshotComparison> {
  const diff = snapshotDiff(before, after);
  const [held, now] = await Promise.all([before, after].map((one) => contractOfSnapshot(ports.store, one)));
  const drift = await driftOf(ports, before, after);
  if (held === undefined || now === undefined) return { ...diff, contract: null, rowsOfHours: null, drift };
  const rowsOfHours = await rowChanges(ports, held, now, diff.changed);
  return { ...diff, contract: contractChanges(held, now), rowsOfHours, drift };
}

async function driftOf(
  { store }: Pick<DataPorts, 'store'>,
  before: Snapshot,
  after: Snapshot,
): Promise<ColumnDrift[] | null> {
  if (![before, after].every(hasSketches)) return null;
  const [reference, current] = await Promise.all([before, after].map((one) => snapshotSketches(store, one)));
  const columns = Object.entries(reference?.columns ?? {}).flatMap(([column, held]) => {
    const now = current?.columns[column];
    const [distance, index] = now === undefined ? [] : [jensenShannon(held, now), psi(held, now)];
    return distance === undefined || index === undefined ? [] : [{ column, distance, psi: index }];
  });
  return columns.sort((a, b) => b.distance - a.distance || (a.column < b.column ? -1 : 1));
}
