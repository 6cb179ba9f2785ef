import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PartitionVersion, Snapshot } from '../../core/snapshot.ts';
import { snapshotDiff } from '../../core/snapshotDiff.ts';

const part = fc.record({
  hour: fc.integer({ min: 0, max: 9 }).map((hour) => `2001-01-01T0${hour}`),
  content: fc.constantFrom('a', 'b'),
  rows: fc.nat({ max: 5 }),
  quarantined: fc.nat({ max: 5 }),
});
const snapshots = fc
  .uniqueArray(part, { selector: ({ hour }) => hour })
  .map((found) => snapshotOf(found.sort((a, b) => (a.hour < b.hour ? -1 : 1))));

function snapshotOf(found: readonly Pick<PartitionVersion, 'hour' | 'content' | 'rows' | 'quarantined'>[]): Snapshot {
  const parts = found.map((one) => {
    const reasons = one.quarantined === 0 ? {} : { rule: one.quarantined };
    return { ...one, key: one.hour, read: one.rows + one.quarantined, object: null, reasons };
  });
  return { format: 1, id: 'sn1-0', contract: 'flights', contractDigest: '', parts };
}

test('each hour of either snapshot is told once, and the other way round is the mirror image', () => {
  fc.assert(
    fc.property(snapshots, snapshots, (before, after) => {
      const [there, back] = [snapshotDiff(before, after), snapshotDiff(after, before)];
      expect(there.removed.length + there.changed.length + there.same).toBe(before.parts.length);
      expect(there.added.length + there.changed.length + there.same).toBe(after.parts.length);
      expect([back.added, back.removed, back.same]).toEqual([there.removed, there.added, there.same]);
      expect(back.changed.map(({ hour }) => hour)).toEqual(there.changed.map(({ hour }) => hour));
      expect([back.rows.after, back.quarantined.after]).toEqual([there.rows.before, there.quarantined.before]);
      expect(there.reasons).toHaveLength(there.quarantined.before === there.quarantined.after ? 0 : 1);
    }),
  );
});

test('hours are the same where their content is, whatever their quarantine', () => {
  const one = { hour: '2001-01-01T00', content: 'a', rows: 3 };
  const diff = snapshotDiff(snapshotOf([{ ...one, quarantined: 0 }]), snapshotOf([{ ...one, quarantined: 2 }]));
  expect([diff.same, diff.changed, diff.reasons]).toEqual([1, [], [{ rule: 'rule', before: 0, after: 2 }]]);
});
