import type { ContractPlan } from '../../core/contractPlan.ts';
import type { PartitionVersion, Snapshot } from '../../core/snapshot.ts';
import { type Hour, hourOf, hourStart } from '../../core/time.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { readJson } from '../../storage/objects.ts';
import type { DataPorts } from '../dataPorts.ts';
import { compileContract } from '../rules/compileContract.ts';
import { type IndexedHour, type SourceIndex, sourceTable } from '../sources/indexSource.ts';
import type { RowSelection } from '../sources/rawRows.ts';
import { hoursRange } from './hoursRange.ts';
import { partitionKey, reportKey, rowRulesDigest, undatedHour } from './partitionKey.ts';
import type { PartitionReport } from './partitionReport.ts';
import { validateRows, type Wanted } from './validateRows.ts';

export { partitionVersion } from './partitionKey.ts';

export interface ValidatedPartitions {
  /** One for each hour asked for, in its order; an hour without rows is an empty partition. */
  readonly parts: readonly PartitionVersion[];
  /** The hours that were validated in this call; the others were found. */
  readonly validated: readonly Hour[];
  readonly reused: number;
  /** Hours before the first or after the last that the source has rows of. They are empty partitions in `parts`. */
  readonly missing: readonly Hour[];
  /** Rows without an event time, all in quarantine: a partition of its own, of hour `undated`. */
  readonly undated: PartitionVersion | null;
}

/**
 * The partitions of the hours asked for. Those with the same rows under the same row rules are found (in the previous
 * snapshot, then in the store); all others are read in one pass, judged row by row, and stored: clean rows as one
 * Parquet object per hour, bad rows with all their reasons in quarantine. `onProgress` counts partitions validated.
 * Throws `contract.uncompilable`, `source.unreadable`, `source.changed` and the schema's errors.
 */
export async function validatePartitions(
  ports: DataPorts,
  contract: ContractPlan,
  index: SourceIndex,
  hours: readonly Hour[],
  previous: Snapshot | undefined,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<ValidatedPartitions> {
  const wanted = wantedOf(contract, index, hours);
  const found = await foundParts(ports, contract, wanted, previous);
  const fresh = wanted.filter(({ key }) => !found.has(key));
  const made = await freshParts(ports, contract, index, fresh, onProgress);
  const partOf = ({ key }: Wanted): PartitionVersion[] => [found.get(key) ?? made.get(key)].filter((part) => !!part);
  const dated = wanted.filter(({ hour }) => hour !== undatedHour);
  const validated = fresh.map(({ hour }) => hour).filter((hour) => hour !== undatedHour);
  return {
    parts: dated.flatMap(partOf),
    validated,
    reused: dated.length - validated.length,
    missing: hours.filter((hour) => !isCovered(index, hour)),
    undated: wanted.filter(({ hour }) => hour === undatedHour).flatMap(partOf)[0] ?? null,
  };
}

/** Every hour asked for with its key, and the undated rows, if any, at the end. */
function wantedOf(contract: ContractPlan, index: SourceIndex, hours: readonly Hour[]): Wanted[] {
  const rowRules = rowRulesDigest(contract);
  const indexed = new Map(index.hours.map((held) => [held.hour, held]));
  const all: IndexedHour[] = hours.map((text) => {
    const hour = hourOf(hourStart(text, 'hours'));
    return indexed.get(hour) ?? { hour, rows: 0, hash: '' };
  });
  if (index.undated !== null) all.push({ ...index.undated, hour: undatedHour });
  return all.map((held) => ({ ...held, key: partitionKey(rowRules, held) }));
}

async function foundParts(
  ports: DataPorts,
  contract: ContractPlan,
  wanted: readonly Wanted[],
  previous: Snapshot | undefined,
): Promise<Map<string, PartitionVersion>> {
  const found = new Map(previous?.parts.map((part) => [part.key, part]));
  const unknown = wanted.filter(({ key }) => !found.has(key));
  await concurrently(unknown, storeHands, async ({ key }) => {
    const report = await readJson<PartitionReport>(ports.store, reportKey(contract, key));
    if (report !== undefined) found.set(key, report.partition);
  });
  return found;
}

/** The undated rows lie outside every range of time, so they are a pass of their own; no row is read by both. */
async function freshParts(
  ports: DataPorts,
  contract: ContractPlan,
  index: SourceIndex,
  fresh: readonly Wanted[],
  onProgress: (done: number, total: number) => void,
): Promise<Map<string, PartitionVersion>> {
  const compiled = compileContract(contract);
  if (fresh.length === 0) return new Map();
  let done = 0;
  const stored = (): void => onProgress(++done, fresh.length);
  const undated = fresh.filter(({ hour }) => hour === undatedHour);
  const dated = fresh.filter(({ hour }) => hour !== undatedHour);
  const validate = async (some: readonly Wanted[], selection: RowSelection): Promise<PartitionVersion[]> => {
    const judging = { contract, compiled, source: await sourceTable(ports, index, some) };
    return validateRows(ports, judging, some, selection, stored);
  };
  const parts = [...(await validate(dated, hoursRange(dated))), ...(await validate(undated, 'undated'))];
  return new Map(parts.map((part) => [part.key, part]));
}

function isCovered(index: SourceIndex, hour: Hour): boolean {
  const [first, last] = [index.hours[0], index.hours.at(-1)];
  return first !== undefined && last !== undefined && first.hour <= hour && hour <= last.hour;
}
