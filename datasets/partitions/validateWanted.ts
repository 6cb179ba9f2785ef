import { acrossRules, isWithinHour } from '../../core/acrossRules.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import type { DataPorts } from '../dataPorts.ts';
import { compileContract } from '../rules/compileContract.ts';
import { type SourceIndex, sourceTable } from '../sources/indexSource.ts';
import type { RowSelection } from '../sources/rawRows.ts';
import { hoursRange } from './hoursRange.ts';
import type { Wanted } from './lookUpPartitions.ts';
import { undatedHour } from './partitionKey.ts';
import { validateRows } from './validateRows.ts';

/**
 * Validates partitions in one pass over their rows, and stores them: clean rows as one Parquet object per hour, bad rows
 * with all their reasons in quarantine. The undated rows lie outside every range of time, so they are a pass of their
 * own; no row is read by both. `onProgress` counts partitions. Throws `contract.uncompilable`, `source.unreadable`,
 * `source.changed`.
 */
export async function validateWanted(
  ports: DataPorts,
  contract: ContractPlan,
  index: SourceIndex,
  wanted: readonly Wanted[],
  onProgress: (done: number, total: number) => void = () => {},
): Promise<PartitionVersion[]> {
  const compiled = compileContract(contract);
  const across = acrossRules(contract).filter(({ rule }) => isWithinHour(rule, contract.eventTime));
  let done = 0;
  const stored = (): void => onProgress(++done, wanted.length);
  const undated = wanted.filter(({ hour }) => hour === undatedHour);
  const dated = wanted.filter(({ hour }) => hour !== undatedHour);
  const validate = async (some: readonly Wanted[], selection: RowSelection): Promise<PartitionVersion[]> => {
    if (some.length === 0) return [];
    const judging = { contract, compiled, across, source: await sourceTable(ports, index, some) };
    return validateRows(ports, judging, some, selection, stored);
  };
  return [...(await validate(dated, hoursRange(dated))), ...(await validate(undated, 'undated'))];
}
