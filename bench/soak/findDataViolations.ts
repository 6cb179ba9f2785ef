import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../../datasets/database.ts';
import { readSnapshotLog } from '../../datasets/snapshots/snapshotLog.ts';
import { openStore } from '../../storage/openStore.ts';
import { checkStore } from '../../upkeep/checkStore.ts';
import type { DataChildInput } from './dataChild.ts';
import { dataPlan } from './dataPipeline.ts';
import { type DataDone, temporaryOf } from './runDataChild.ts';

/** Everything that must hold after a round of the data stages and does not, one sentence each. */
export async function findDataViolations(
  input: DataChildInput,
  done: DataDone | undefined,
  calm: DataDone,
): Promise<string[]> {
  if (done === undefined) return ['the data stages did not complete'];
  const found = [samenessViolations(done, calm), logViolations(input, done), storeViolations(input), leftOvers(input)];
  return (await Promise.all(found)).flat();
}

async function samenessViolations({ outcomes }: DataDone, calm: DataDone): Promise<string[]> {
  return (['snapshot', 'matrix', 'quarantine', 'quarantined'] as const).flatMap((what) =>
    outcomes.flatMap(({ asOf, [what]: came }, at) => {
      const expected = calm.outcomes[at]?.[what];
      return came === expected ? [] : [`the ${what} of ${asOf} is ${came}, that of an undisturbed process ${expected}`];
    }),
  );
}

/** One entry for each snapshot, in the order in which they were frozen. */
async function logViolations({ store, state, kind }: DataChildInput, { outcomes }: DataDone): Promise<string[]> {
  const log = await readSnapshotLog(openStore(store, join(state, 'copies')), dataPlan(kind).contract.id);
  const [logged, frozen] = [log.map(({ id }) => id).join(), outcomes.map(({ snapshot }) => snapshot).join()];
  return logged === frozen ? [] : [`the log names ${logged}, and not ${frozen}`];
}

/** As `whet doctor --deep`. */
async function storeViolations({ store, state }: DataChildInput): Promise<string[]> {
  const database = await openDatabase({ threads: 2, memoryLimitMb: 512, temporaryFolder: join(state, 'doctor') });
  try {
    const { damages, unsealed } = await checkStore({ store: openStore(store, join(state, 'doctor-copies')), database });
    return [
      ...damages.map(({ key, problem }) => `doctor: ${key}: ${problem}`),
      ...unsealed.map((key) => `doctor: ${key} has no seal`),
    ];
  } finally {
    database.close();
  }
}

/** What no process that ended well may leave, nor any that was killed once another one has started. */
async function leftOvers({ folder, state, store }: DataChildInput): Promise<string[]> {
  const places = [
    temporaryOf(state),
    join(state, 'tmp'),
    join(state, 'copies', 'tmp'),
    join(store, 'tmp'),
    join(folder, '.whet', 'sources'),
  ];
  const left = await Promise.all(places.map(async (place) => (await namesIn(place)).map((name) => join(place, name))));
  const locks = (await namesIn(store, true)).filter((name) => name.endsWith('.lock'));
  return [...left.flat(), ...locks].map((path) => `left for ever: ${path}`);
}

async function namesIn(folder: string, recursive = false): Promise<string[]> {
  return readdir(folder, { recursive }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
