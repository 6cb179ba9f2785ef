import type { ContractPlan } from '../../core/contractPlan.ts';
import type { PartitionVersion, Snapshot } from '../../core/snapshot.ts';
import { type Hour, hourOf, hourStart } from '../../core/time.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { readJson } from '../../storage/objects.ts';
import type { DataPorts } from '../dataPorts.ts';
import type { IndexedHour, SourceIndex } from '../sources/indexSource.ts';
import { partitionKey, reportKey, rowRulesDigest, undatedHour } from './partitionKey.ts';
import type { PartitionReport } from './partitionReport.ts';

/** A partition that is asked for. */
export interface Wanted extends IndexedHour {
  readonly key: string;
}

export interface PartitionLookup {
  /** One for each hour asked for, in its order, and the undated rows, if any, at the end. */
  readonly wanted: readonly Wanted[];
  /** Those that were validated before, by their key. */
  readonly found: ReadonlyMap<string, PartitionVersion>;
  /** Those that are to be validated. */
  readonly fresh: readonly Wanted[];
}

/**
 * Looks for the partitions of some hours, first in the previous snapshot, then in the store: the same rows under the same
 * row rules are validated once.
 */
export async function lookUpPartitions(
  ports: Pick<DataPorts, 'store'>,
  contract: ContractPlan,
  index: SourceIndex,
  hours: readonly Hour[],
  previous: Snapshot | undefined,
): Promise<PartitionLookup> {
  const wanted = wantedOf(contract, index, hours);
  const held = new Map(previous?.parts.map((part) => [part.key, part]));
  const stored = await storedPartitions(
    ports,
    contract,
    wanted.filter(({ key }) => !held.has(key)),
  );
  const found = new Map([...held, ...stored]);
  return { wanted, found, fresh: wanted.filter(({ key }) => !found.has(key)) };
}

/** Those of the partitions that are in the store, by their key. */
export async function storedPartitions(
  ports: Pick<DataPorts, 'store'>,
  contract: ContractPlan,
  wanted: readonly Wanted[],
): Promise<Map<string, PartitionVersion>> {
  const reports = await concurrently(wanted, storeHands, ({ key }) =>
    readJson<PartitionReport>(ports.store, reportKey(contract, key)),
  );
  return new Map(reports.flatMap((report) => (report === undefined ? [] : [[report.partition.key, report.partition]])));
}

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
