import type { ContractChange } from '../../core/contractChanges/changeLevel.ts';
import { contractChanges } from '../../core/contractChanges/contractChanges.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { type SnapshotDiff, snapshotDiff } from '../../core/snapshotDiff.ts';
import type { DataPorts } from '../dataPorts.ts';
import { contractOfSnapshot } from './findSnapshot.ts';
import { type RowChanges, rowChanges } from './rowChanges.ts';

/** All that differs between two snapshots. */
export interface SnapshotComparison extends SnapshotDiff {
  /** Null where one of them was frozen by an earlier version of the engine, which kept no contract. */
  readonly contract: readonly ContractChange[] | null;
  /** Of each changed hour; null where the contract is not known. */
  readonly rowsOfHours: readonly RowChanges[] | null;
}

/** Compares two snapshots; of hours with other content the rows are read. Throws `storage.missing`, `storage.damaged`. */
export async function compareSnapshots(
  ports: Pick<DataPorts, 'store' | 'database'>,
  before: Snapshot,
  after: Snapshot,
): Promise<SnapshotComparison> {
  const diff = snapshotDiff(before, after);
  const [held, now] = await Promise.all([before, after].map((one) => contractOfSnapshot(ports.store, one)));
  if (held === undefined || now === undefined) return { ...diff, contract: null, rowsOfHours: null };
  const rowsOfHours = await rowChanges(ports, held, now, diff.changed);
  return { ...diff, contract: contractChanges(held, now), rowsOfHours };
}
