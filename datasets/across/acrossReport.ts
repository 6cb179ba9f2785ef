import type { ContractPlan } from '../../core/contractPlan.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';

/** What a partition became when it was compared with others. Written last, create-only: with it the hour is judged. */
export interface AcrossReport {
  readonly format: 1;
  readonly contract: string;
  /** The key of what it was judged against. */
  readonly judgement: string;
  /** The partition by itself where nothing is broken; else a version of its own, under that key. */
  readonly partition: PartitionVersion;
}

export function acrossReportKey(contract: Pick<ContractPlan, 'id'>, judgement: string): string {
  return `datasets/${contract.id}/partitions/${judgement}/across.json`;
}

/** A partition as it is by itself, of whatever it became. */
export function baseOf(part: PartitionVersion): PartitionVersion {
  if (part.across === undefined) return part;
  const { across, ...base } = part;
  return across.base ?? base;
}
