import { acrossRules } from '../../core/acrossRules.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { latestSnapshot } from '../snapshots/freezeSnapshot.ts';

/** The latest snapshot of each contract that a contract's rows refer to, by contract. Throws `reference.no-snapshot`. */
export async function referencedSnapshots(
  store: ObjectStore,
  contract: ContractPlan,
): Promise<Readonly<Record<string, string>>> {
  const snapshots: Record<string, string> = {};
  for (const { id, rule } of acrossRules(contract)) {
    if (rule.kind !== 'references' || rule.to.contract in snapshots) continue;
    const latest = await latestSnapshot(store, rule.to.contract);
    if (latest === undefined) {
      throw new WhetError('reference.no-snapshot', {
        expected: `a snapshot of contract '${rule.to.contract}', in which ${id} looks`,
        came: 'none',
      });
    }
    snapshots[rule.to.contract] = latest.id;
  }
  return snapshots;
}
