import { hourRules } from '../../core/acrossRules.ts';
import { batchesOf } from '../../core/batches.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { concurrently } from '../../storage/concurrently.ts';
import type { DataPorts } from '../dataPorts.ts';
import { compileContract } from '../rules/compileContract.ts';
import { type SourceIndex, sourceTable } from '../sources/indexSource.ts';
import { hoursRange } from './hoursRange.ts';
import { inTurn } from './inTurn.ts';
import type { Wanted } from './lookUpPartitions.ts';
import { undatedHour } from './partitionKey.ts';
import { isPlainlyJudged, validatePlain } from './validatePlain.ts';
import { validateRows } from './validateRows.ts';
import { validateUndated } from './validateUndated.ts';

/**
 * Validates partitions in one pass over their rows (a pass for each million and more), and stores them: clean rows as one
 * Parquet object per hour, bad rows with all their reasons in quarantine. The undated rows lie outside every range of time, so they are a pass of their
 * own; no row is read by both. All are judged by the clock of the first. `onProgress` counts partitions. Throws
 * `contract.uncompilable`, `source.unreadable`, `source.changed`.
 */
export async function validateWanted(
  ports: DataPorts,
  contract: ContractPlan,
  index: SourceIndex,
  wanted: readonly Wanted[],
  onProgress: (done: number, total: number) => void = () => {},
  atOnce = rowsAtOnce,
): Promise<PartitionVersion[]> {
  if (wanted.length === 0) return [];
  const compiled = compileContract(contract, wanted[0]?.clock?.judgedAt);
  const across = hourRules(contract);
  let done = 0;
  const stored = (): void => onProgress(++done, wanted.length);
  const undated = wanted.filter(({ hour }) => hour === undatedHour);
  const dated = wanted.filter(({ hour }) => hour !== undatedHour);
  const judging = { contract, compiled, across, source: await sourceTable(ports, index, dated) };
  const isPlain = isPlainlyJudged(judging, wanted);
  const weight = isPlain ? Math.min(atOnce, plainAtOnce) : atOnce;
  const passes = batchesOf(dated, ({ rows }) => rows, { weight, count: Number.POSITIVE_INFINITY });
  const validate = async (some: readonly Wanted[]): Promise<PartitionVersion[]> => {
    const plain = isPlain ? await validatePlain(ports, judging, some, stored) : undefined;
    return plain ?? inTurn(ports.database, () => validateRows(ports, judging, some, hoursRange(some), stored));
  };
  const ofUndated = async (): Promise<PartitionVersion[]> => {
    const source = await sourceTable(ports, index, undated);
    return undated.length === 0 ? [] : validateUndated(ports, { ...judging, source }, undated, stored);
  };
  // The undated rows first: they are mostly few, and are judged while threads read the others.
  const works = [ofUndated, ...passes.map((some) => () => validate(some))];
  const [last = [], ...parts] = await concurrently(works, isPlain ? ports.database.mostBeside : 1, (work) => work());
  return [...parts.flat(), ...last];
}

/** Rows that a thread judges in one pass, unless a single hour has more: some 0.1 GB while they are. */
const plainAtOnce = 250_000;
/** Rows that are judged in one pass, unless a single hour has more: some 0.3 GB while they are. */
const rowsAtOnce = 1_500_000;
