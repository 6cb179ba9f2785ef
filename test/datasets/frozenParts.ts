import type { PartitionVersion } from '../../core/snapshot.ts';

/** Partitions of two hours whose content is named by a text: for what never reads their rows. */
export function frozenParts(name: string): PartitionVersion[] {
  return ['2001-01-01T00', '2001-01-01T01'].map((hour) => ({
    hour,
    key: `${name}-${hour}`,
    read: 10,
    quarantined: 1,
    rows: 9,
    object: null,
    content: `${name}-${hour}`,
    reasons: { 'delay.max': 1 },
  }));
}
