import type { ContractPlan } from '../../core/contractPlan.ts';
import { type EffectiveMove, effectiveMoves, movesOf, sourceVersion } from '../../core/readmission.ts';
import type { Hour } from '../../core/time.ts';
import { digestOfValue } from '../../storage/digest.ts';
import type { DataPorts } from '../dataPorts.ts';
import { undatedHour } from '../partitions/partitionKey.ts';
import type { IndexedRows, SourceIndex } from '../sources/indexSource.ts';
import { readReadmissions } from './readmissionLog.ts';

/** Part of the key of a partition with readmitted rows: raise it when the same rows give another partition. */
export const readmissionVersion = 1;

/**
 * What an hour's rows are known by where people's mending changes them, of the key of its partition by itself; undefined
 * where it does not.
 */
export async function mendedNames(
  { store }: Pick<DataPorts, 'store'>,
  contract: ContractPlan,
  index: SourceIndex,
): Promise<(hour: Hour, key: string) => string | undefined> {
  const moves = effectiveMoves(await readReadmissions(store, contract.id), versionIn(index));
  return (hour, key) => {
    const own = movesOf(hour, moves);
    return own.length === 0 ? undefined : readmittedKey(key, own);
  };
}

/** Which version of an hour's rows the source has; undefined where it has none. */
export function versionIn(index: SourceIndex): (hour: Hour | 'undated') => string | undefined {
  const rowsOf = rowsIn(index);
  return (hour) => {
    const rows = rowsOf(hour);
    return rows === undefined ? undefined : sourceVersion(rows);
  };
}

/** The rows that the source has of an hour. */
export function rowsIn(index: SourceIndex): (hour: Hour | 'undated') => IndexedRows | undefined {
  const hours = new Map(index.hours.map((held) => [held.hour, held]));
  return (hour) => (hour === undatedHour ? (index.undated ?? undefined) : hours.get(hour));
}

/** The key of the partition that comes of another by moves that hold. */
export function readmittedKey(base: string, moves: readonly EffectiveMove[]): string {
  return digestOfValue({ version: readmissionVersion, base, moves });
}
