import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Ports } from '../activities/ports.ts';
import { type Database, openDatabase } from '../datasets/database.ts';
import { temporaryPath } from '../storage/temporaryPath.ts';
import { loadCatalogue, loadMeasures } from './catalogue.ts';
import type { Workplace } from './workplace.ts';

/** DuckDB's share of memory; the rest is for the process and its neighbours. */
const memoryLimitMb = 2_048;

export function openWorkDatabase(workplace: Workplace): Promise<Database> {
  const temporaryFolder = temporaryPath(join(workplace.state, 'tmp'));
  return openDatabase({ threads: availableParallelism(), memoryLimitMb, temporaryFolder });
}

/** The ports of a pipeline worker. Close its database at the end. */
export async function openPorts(workplace: Workplace): Promise<Ports> {
  const [plans, measures] = [await loadCatalogue(workplace.folder), await loadMeasures(workplace.folder)];
  const database = await openWorkDatabase(workplace);
  return { store: workplace.store, database, folder: workplace.folder, clock: () => Date.now(), plans, measures };
}
