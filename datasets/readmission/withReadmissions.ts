import type { ContractPlan } from '../../core/contractPlan.ts';
import { type EffectiveMove, effectiveMoves, movesOf, type Readmission } from '../../core/readmission.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import type { DataPorts } from '../dataPorts.ts';
import { storedPartitions } from '../partitions/lookUpPartitions.ts';
import type { IndexedRows, SourceIndex } from '../sources/indexSource.ts';
import { readmittedKey, rowsIn, versionIn } from './mendedNames.ts';
import { readReadmissions } from './readmissionLog.ts';
import { type Readmitting, readmitPartitions } from './readmitPartitions.ts';

/**
 * Partitions with the rows that people mended in the place of the source's, where any hold for the source as it is: each
 * such partition is a version of its own, made once and found again. All others are what they were.
 */
export async function withReadmissions(
  ports: DataPorts,
  contract: ContractPlan,
  index: SourceIndex,
  parts: readonly PartitionVersion[],
): Promise<readonly PartitionVersion[]> {
  const records = await readReadmissions(ports.store, contract.id);
  if (records.length === 0) return parts;
  const rowsOf = rowsIn(index);
  const moves = effectiveMoves(records, versionIn(index));
  const readmitting = parts.flatMap((base) => readmittingOf(base, rowsOf(base.hour), movesOf(base.hour, moves)));
  const wanted = readmitting.map((one) => one.wanted);
  const found = await storedPartitions(ports, contract, wanted);
  const fresh = readmitting.filter((one) => !found.has(one.wanted.key));
  const made = fresh.length === 0 ? [] : await readmitPartitions(ports, contract, fresh, moves, latestOf(records));
  const all = new Map([...found.values(), ...made].map((part) => [part.hour, part]));
  return parts.map((part) => all.get(part.hour) ?? part);
}

function readmittingOf(
  base: PartitionVersion,
  rows: IndexedRows = { rows: 0, hash: '' },
  moves: readonly EffectiveMove[],
): Readmitting[] {
  if (moves.length === 0) return [];
  return [{ base, wanted: { ...rows, hour: base.hour, key: readmittedKey(base.key, moves) } }];
}

/** When the last record was written, milliseconds UTC: rows are judged as of then. */
function latestOf(records: readonly Readmission[]): number {
  return records.reduce((latest, { at }) => Math.max(latest, Date.parse(at)), 0);
}
