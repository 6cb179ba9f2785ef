import type { PartitionVersion, Snapshot } from './snapshot.ts';
import type { Hour } from './time.ts';

/** What differs between two snapshots, hour by hour, without a row being read. */
export interface SnapshotDiff {
  /** Hours that only the second holds, and those that only the first does. */
  readonly added: readonly PartitionVersion[];
  readonly removed: readonly PartitionVersion[];
  /** Hours that both hold, with other rows. */
  readonly changed: readonly ChangedHour[];
  /** Hours that both hold, with the same rows. */
  readonly same: number;
  readonly rows: Change;
  readonly quarantined: Change;
  /** Rules with another count of rows in quarantine, by their id. */
  readonly reasons: readonly (Change & { readonly rule: string })[];
}

export interface ChangedHour {
  readonly hour: Hour;
  readonly before: PartitionVersion;
  readonly after: PartitionVersion;
}

export interface Change {
  readonly before: number;
  readonly after: number;
}

/** Compares two snapshots of the same contract, or of others: rows are the same where their content's digest is. */
export function snapshotDiff(before: Snapshot, after: Snapshot): SnapshotDiff {
  const [held, now] = [byHour(before), byHour(after)];
  const both = before.parts.flatMap((part) => {
    const other = now.get(part.hour);
    return other === undefined ? [] : [{ hour: part.hour, before: part, after: other }];
  });
  const changed = both.filter((hour) => hour.before.content !== hour.after.content);
  return {
    added: after.parts.filter(({ hour }) => !held.has(hour)),
    removed: before.parts.filter(({ hour }) => !now.has(hour)),
    changed,
    same: both.length - changed.length,
    rows: { before: sum(before, 'rows'), after: sum(after, 'rows') },
    quarantined: { before: sum(before, 'quarantined'), after: sum(after, 'quarantined') },
    reasons: changedReasons(reasonsOf(before.parts), reasonsOf(after.parts)),
  };
}

/** Rows in quarantine per broken rule, by the rule's id, of some partitions together. */
export function reasonsOf(parts: readonly PartitionVersion[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { reasons } of parts) {
    for (const rule in reasons) sums[rule] = (sums[rule] ?? 0) + (reasons[rule] ?? 0);
  }
  return sums;
}

function byHour({ parts }: Snapshot): Map<Hour, PartitionVersion> {
  return new Map(parts.map((part) => [part.hour, part]));
}

function sum({ parts }: Snapshot, field: 'rows' | 'quarantined'): number {
  return parts.reduce((total, part) => total + part[field], 0);
}

function changedReasons(before: Record<string, number>, after: Record<string, number>): SnapshotDiff['reasons'] {
  const rules = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return rules
    .map((rule) => ({ rule, before: before[rule] ?? 0, after: after[rule] ?? 0 }))
    .filter((change) => change.before !== change.after);
}
