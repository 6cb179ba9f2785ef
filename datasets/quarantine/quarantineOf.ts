import type { ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { getObjectJson } from '../../storage/objects.ts';
import { readParts } from '../partitions/keptParts.ts';
import { type KeptWindow, latestWindow } from '../partitions/keptWindow.ts';
import { contractOfSnapshot, findSnapshot } from '../snapshots/findSnapshot.ts';

/** The partitions whose quarantine is looked at. */
export interface QuarantineScope {
  readonly contract: string;
  /** What they are of, for people: a snapshot's id, or the window that was judged last. */
  readonly of: string;
  /** The contract that they were judged by; undefined where an earlier version of the engine froze the snapshot. */
  readonly plan: ContractPlan | undefined;
  /** In the order of their hours, the rows without an event time (hour `undated`) last. */
  readonly parts: readonly PartitionVersion[];
}

/**
 * The partitions of a snapshot, or, if none is named, of the window that a run judged last, accepted or refused. Throws
 * `snapshot.unknown`, also for a snapshot of another contract, and `contract.unknown` where no run has judged it.
 */
export async function quarantineOf(store: ObjectStore, contract: string, snapshot?: string): Promise<QuarantineScope> {
  if (snapshot !== undefined) return ofSnapshot(store, contract, snapshot);
  const window = await latestWindow(store, contract);
  if (window !== undefined) return ofWindow(store, contract, window);
  throw new WhetError('contract.unknown', {
    expected: 'a contract that a run has judged',
    came: `'${contract}'`,
    todo: 'Retrain a pipeline that uses it first.',
  });
}

async function ofSnapshot(store: ObjectStore, contract: string, name: string): Promise<QuarantineScope> {
  const snapshot = await findSnapshot(store, name);
  if (snapshot.contract !== contract) {
    const expected = `a snapshot of contract '${contract}'`;
    throw new WhetError('snapshot.unknown', { expected, came: `${snapshot.id} of '${snapshot.contract}'` });
  }
  const parts = withUndated(snapshot.parts, snapshot.origin?.undated ?? null);
  return { contract, of: `snapshot ${snapshot.id}`, plan: await contractOfSnapshot(store, snapshot), parts };
}

async function ofWindow(store: ObjectStore, contract: string, window: KeptWindow): Promise<QuarantineScope> {
  const [parts, plan] = await Promise.all([
    readParts(store, window.partitions),
    getObjectJson<ContractPlan>(store, window.contract),
  ]);
  const [first, last] = [parts[0]?.hour, parts.at(-1)?.hour];
  return { contract, of: `the last window, ${first} to ${last}`, plan, parts: withUndated(parts, window.undated) };
}

function withUndated(parts: readonly PartitionVersion[], undated: PartitionVersion | null): PartitionVersion[] {
  return undated === null ? [...parts] : [...parts, undated];
}
