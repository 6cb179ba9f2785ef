import { join } from 'node:path';
import { createFeaturesActivities } from '../../activities/features.ts';
import type { Ports } from '../../activities/ports.ts';
import { createSnapshotActivities } from '../../activities/snapshot.ts';
import type { SourceKind } from '../../core/contractPlan.ts';
import { openDatabase } from '../../datasets/database.ts';
import { readParts } from '../../datasets/partitions/keptParts.ts';
import { readQuarantine } from '../../datasets/quarantine/readQuarantine.ts';
import { digestOfValue } from '../../storage/digest.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { openStore } from '../../storage/openStore.ts';
import { temporaryPath } from '../../storage/temporaryPath.ts';
import { asActivity } from '../asActivity.ts';
import { contractAlone } from '../contractAlone.ts';
import { asOfs, dataPlan } from './dataPipeline.ts';

/** What a child is to do. */
export interface DataChildInput {
  /** The engine's folder, with the sources. */
  readonly folder: string;
  /** The state folder: copies, spilled rows. */
  readonly state: string;
  readonly store: string;
  readonly kind: SourceKind;
  /** It kills itself at its write of this number, from 1: just before it, or just after. */
  readonly killAt?: { readonly write: number; readonly when: 'before' | 'after' };
}

/** What came out of the data stages of one hour: the same for the same sources, whatever happened on the way. */
export interface HourOutcome {
  readonly asOf: string;
  readonly snapshot: string;
  readonly matrix: string;
  /** Of all rows in quarantine with their reasons. */
  readonly quarantine: string;
  readonly quarantined: number;
}

export type DataChildMessage =
  | { readonly ready: true }
  | { readonly outcomes: readonly HourOutcome[]; readonly writes: number };

const input: DataChildInput = JSON.parse(process.argv[2] ?? '{}');
const { store, writes } = counted(openStore(input.store, join(input.state, 'copies')));
const temporaryFolder = await temporaryPath(join(input.state, 'tmp'));
const database = await openDatabase({ threads: 2, memoryLimitMb: 512, temporaryFolder });
const ports: Ports = {
  ...{ store, database, folder: input.folder, plans: new Map(), clock: () => Date.now() },
  bounds: { files: { weight: 3e6, count: 1_000 }, partitions: { weight: 6_000, count: 1_000 } },
};
send({ ready: true });
const outcomes: HourOutcome[] = [];
for (const asOf of asOfs) outcomes.push(await hourOutcome(asOf));
database.close();
send({ outcomes, writes: writes() });
process.disconnect?.();

async function hourOutcome(asOf: string): Promise<HourOutcome> {
  const plan = dataPlan(input.kind);
  const { partitions, window } = await contractAlone(ports, plan, asOf);
  const { snapshot } = createSnapshotActivities(ports);
  const { features } = createFeaturesActivities(ports);
  const frozen = await asActivity(() => snapshot({ plan, partitions, window }));
  const built = await asActivity(() => features({ plan, asOf, snapshot: frozen.output.id }));
  const parts = await readParts(store, partitions);
  const rows = await readQuarantine(ports, plan.contract, parts);
  const quarantine = digestOfValue(rows.map(({ file: _path, ...row }) => row));
  return { asOf, snapshot: frozen.output.id, matrix: built.output.matrix, quarantine, quarantined: rows.length };
}

/** A store that counts its writes, and may end all of it at one. */
function counted(to: ObjectStore): { store: ObjectStore; writes(): number } {
  let count = 0;
  const counting =
    <Rest extends unknown[], R>(write: (key: string, ...rest: Rest) => Promise<R>) =>
    async (key: string, ...rest: Rest): Promise<R> => {
      count += 1;
      const isLast = count === input.killAt?.write;
      if (isLast && input.killAt?.when === 'before') process.kill(process.pid, 'SIGKILL');
      const result = await write(key, ...rest);
      if (isLast) process.kill(process.pid, 'SIGKILL');
      return result;
    };
  const store: ObjectStore = {
    ...to,
    create: counting(to.create),
    createFromFile: counting(to.createFromFile),
    put: counting(to.put),
  };
  return { store, writes: () => count };
}

function send(message: DataChildMessage): void {
  process.send?.(message);
}
