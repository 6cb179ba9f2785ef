import { activityInfo } from '@temporalio/activity';
import type { Plan } from '../core/plan.ts';
import { readParts } from '../datasets/partitions/keptParts.ts';
import { readWindow } from '../datasets/partitions/keptWindow.ts';
import { type Freezing, freezeSnapshot, snapshotVersion } from '../datasets/snapshots/freezeSnapshot.ts';
import type { Ports } from './ports.ts';
import { portsIn, type Scoped } from './scopedPorts.ts';
import { type StageOutcome, stage } from './stage.ts';

export interface SnapshotInput extends Scoped {
  readonly plan: Plan;
  readonly partitions: string;
  /** `objects/<sha256>` of the `KeptWindow`: what the snapshot's lineage is told from. */
  readonly window: string | undefined;
}

/** Stage 2: the clean partitions of the window, frozen under one id. */
export function createSnapshotActivities(all: Ports) {
  return {
    snapshot(input: SnapshotInput): Promise<StageOutcome<{ id: string; rows: number }>> {
      const ports = portsIn(all, input);
      const { plan, partitions, window } = input;
      const identity = {
        name: 'snapshot',
        version: snapshotVersion,
        section: plan.contract,
        inputs: { partitions },
      } as const;
      return stage(ports, identity, async () => {
        const parts = await readParts(ports.store, partitions);
        const snapshot = await freezeSnapshot(ports.store, plan.contract, parts, await freezing(ports, window));
        return { id: snapshot.id, rows: snapshot.parts.reduce((rows, part) => rows + part.rows, 0) };
      });
    },
  };
}

async function freezing({ store, clock }: Ports, window: string | undefined): Promise<Freezing> {
  const run = activityInfo().workflowExecution?.workflowId ?? 'none';
  const at = new Date(clock()).toISOString();
  if (window === undefined) return { run, at };
  const { undated, sources } = await readWindow(store, window);
  return { run, at, undated, sources };
}
