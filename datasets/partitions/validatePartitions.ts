import type { ContractPlan } from '../../core/contractPlan.ts';
import type { PartitionVersion, Snapshot } from '../../core/snapshot.ts';
import type { Hour } from '../../core/time.ts';
import { judgeAcross } from '../across/judgeAcross.ts';
import type { AcrossLookup } from '../across/lookUpAcross.ts';
import type { DataPorts } from '../dataPorts.ts';
import { withReadmissions } from '../readmission/withReadmissions.ts';
import type { SourceIndex } from '../sources/indexSource.ts';
import { lookUpPartitions, type PartitionLookup } from './lookUpPartitions.ts';
import { undatedHour } from './partitionKey.ts';
import { validateWanted } from './validateWanted.ts';

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

/** Hears how many partitions are done of how many, first by themselves, then beside those that they are compared with. */
export type OnProgress = (done: number, total: number, what: 'validated' | 'compared') => void;

/**
 * The partitions of the hours asked for: those that are there are found, all others are validated here, in one pass.
 * Throws as `validateWanted`.
 */
export async function validatePartitions(
  ports: DataPorts,
  contract: ContractPlan,
  index: SourceIndex,
  hours: readonly Hour[],
  previous: Snapshot | undefined,
  onProgress?: OnProgress,
  judgedAt?: number,
): Promise<ValidatedPartitions> {
  const lookup = await lookUpPartitions(ports, contract, index, hours, previous, undefined, judgedAt);
  return validateLookup(ports, contract, index, lookup, onProgress);
}

/** As `validatePartitions`, of partitions that were looked for. */
export async function validateLookup(
  ports: DataPorts,
  contract: ContractPlan,
  index: SourceIndex,
  { wanted, found, fresh, across }: PartitionLookup,
  onProgress?: OnProgress,
): Promise<ValidatedPartitions> {
  const made = await validateWanted(ports, contract, index, fresh, (done, total) =>
    onProgress?.(done, total, 'validated'),
  );
  const madeOf = new Map(made.map((part) => [part.hour, part]));
  const judged = wanted.flatMap(({ key, hour }) => found.get(key) ?? madeOf.get(hour) ?? []);
  const bases = await withReadmissions(ports, contract, index, judged);
  const parts = across === null ? bases : await acrossParts(ports, contract, index, across, bases, onProgress);
  const hours = parts.map(({ hour }) => hour).filter((hour) => hour !== undatedHour);
  const now = new Set([...fresh, ...(across?.open ?? [])].map(({ hour }) => hour));
  const validated = hours.filter((hour) => now.has(hour));
  return {
    parts: parts.filter(({ hour }) => hour !== undatedHour),
    validated,
    reused: hours.length - validated.length,
    missing: hours.filter((hour) => !isCovered(index, hour)),
    undated: parts.find(({ hour }) => hour === undatedHour) ?? null,
  };
}

/** What the hours asked for became, in their order, and the undated rows, which are compared with nothing. */
async function acrossParts(
  ports: DataPorts,
  contract: ContractPlan,
  index: SourceIndex,
  lookup: AcrossLookup,
  parts: readonly PartitionVersion[],
  onProgress?: OnProgress,
): Promise<readonly PartitionVersion[]> {
  const bases = new Map(parts.map((part) => [part.hour, part]));
  const work = { contract, index, lookup, bases };
  const made = await judgeAcross(ports, work, (done, total) => onProgress?.(done, total, 'compared'));
  const judged = new Map([...lookup.judged, ...made]);
  const asked = lookup.asked.flatMap(({ hour, judgement }) => judged.get(judgement) ?? bases.get(hour) ?? []);
  return [...asked, ...parts.filter(({ hour }) => hour === undatedHour)];
}

function isCovered(index: SourceIndex, hour: Hour): boolean {
  const [first, last] = [index.hours[0], index.hours.at(-1)];
  return first !== undefined && last !== undefined && first.hour <= hour && hour <= last.hour;
}
