import type { ContractPlan } from '../core/contractPlan.ts';
import type { Opened } from '../core/openWork.ts';
import { fileBatches } from '../datasets/sources/fileBatches.ts';
import { indexLookedSource, lookAtSource, type SourceIndex } from '../datasets/sources/indexSource.ts';
import type { KnownFiles } from '../datasets/sources/knownFiles.ts';
import type { Ports } from './ports.ts';
import { dropResults, keepWork, mostRounds, resultsOfWork } from './workList.ts';

/**
 * The index of a source. Where more files are new than one batch holds, the reading of them is opened as work instead;
 * what was found by `done` work is used. Throws as `indexSource`.
 */
export async function sharedSource(
  ports: Ports,
  contract: ContractPlan,
  done: readonly string[],
): Promise<SourceIndex | Opened> {
  const found = await resultsOfWork<KnownFiles>(ports.store, done);
  const look = await lookAtSource(ports, contract, Object.assign({}, ...found));
  const batches = done.length < mostRounds ? fileBatches(ports, contract, look, ports.bounds?.files) : [];
  if (batches.length < 2) {
    const index = await indexLookedSource(ports, contract, look);
    await dropResults(ports.store, done);
    return index;
  }
  const names = batches.flatMap(({ files }) => files.map(({ path }) => path));
  return { open: await keepWork(ports.store, { kind: 'files', text: `${names.length} files`, batches, names }) };
}
