import type { Plan } from '../core/plan.ts';
import type { PartitionVersion } from '../core/snapshot.ts';
import { freezeSnapshot, snapshotVersion } from '../datasets/snapshots/freezeSnapshot.ts';
import { getObjectJson } from '../storage/objects.ts';
import type { Ports } from './ports.ts';
import { type StageOutcome, stage } from './stage.ts';

/** Stage 2: the clean partitions of the window, frozen under one id. */
export function createSnapshotActivities(ports: Ports) {
  return {
    snapshot({
      plan,
      partitions,
    }: {
      plan: Plan;
      partitions: string;
    }): Promise<StageOutcome<{ id: string; rows: number }>> {
      const identity = {
        name: 'snapshot',
        version: snapshotVersion,
        section: plan.contract,
        inputs: { partitions },
      } as const;
      return stage(ports, identity, async () => {
        const parts = await getObjectJson<PartitionVersion[]>(ports.store, partitions);
        const snapshot = await freezeSnapshot(ports.store, plan.contract, parts);
        return { id: snapshot.id, rows: snapshot.parts.reduce((rows, part) => rows + part.rows, 0) };
      });
    },
  };
}
