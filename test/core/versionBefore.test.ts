import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LedgerEntry, LedgerEvent, VersionRecord } from '../../core/ledger.ts';
import { nextEntry } from '../../core/ledgerRules.ts';
import { versionBefore } from '../../core/versionBefore.ts';

function ledgerOf(events: readonly LedgerEvent[]): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (const event of events) {
    const before = entries.at(-1);
    entries.push(
      nextEntry(before && { entry: before, digest: 'd' }, event, 'a test', 'to see', '2001-03-15T12:00:00Z'),
    );
  }
  return entries;
}

const promoted = (version: number): LedgerEvent => ({ kind: 'promoted', version });
const back = (version: number): LedgerEvent => ({ kind: 'rolled back', version });
const before = (...events: LedgerEvent[]) => versionBefore(ledgerOf(events));

test('a rollback goes to the version below, and a second one further back and not forth again', () => {
  expect(before()).toBeNull();
  expect(before(promoted(1))).toBeNull();
  expect(before(promoted(1), promoted(2), promoted(3))).toBe(2);
  expect(before(promoted(1), promoted(2), promoted(3), back(2))).toBe(1);
  expect(before(promoted(1), promoted(2), promoted(3), back(2), back(1))).toBeNull();
});

test('a version named in a rollback takes its place, wherever it lay', () => {
  expect(before(promoted(1), promoted(2), promoted(3), back(1))).toBeNull();
  expect(before(promoted(1), promoted(2), back(7))).toBe(2);
  expect(before(promoted(1), promoted(2), back(1), promoted(3))).toBe(1);
  expect(
    before(promoted(1), { kind: 'rejected', version: 2 }, promoted(3), { kind: 'rollout failed', version: 4 }),
  ).toBe(1);
});

test('a refresh lies where its weights lay: a rollback goes to other weights, with the newest tables they had', () => {
  const refreshed = (version: number, of: number, weights: number): LedgerEvent[] => [
    { kind: 'registered', record: { version, refresh: { of, weights } } as VersionRecord },
    promoted(version),
  ];
  const twice = [...refreshed(2, 1, 1), ...refreshed(3, 2, 1)];
  expect(before(promoted(1), ...twice)).toBeNull();
  expect(before(promoted(1), ...twice, promoted(4), ...refreshed(5, 4, 4))).toBe(3);
  expect(before(promoted(1), promoted(4), ...refreshed(5, 4, 4), back(1), ...refreshed(6, 1, 1))).toBeNull();
});

test('for any ledger: it answered once, it is not the champion, and going back ends', () => {
  const event = fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 5 })).map(([up, n]) => (up ? promoted(n) : back(n)));
  fc.assert(
    fc.property(fc.array(event, { maxLength: 20 }), (events) => {
      const done = [...events];
      for (let steps = 0; ; steps += 1) {
        const ledger = ledgerOf(done);
        const found = versionBefore(ledger);
        expect(steps).toBeLessThanOrEqual(events.length);
        if (found === null) return;
        expect(ledger.map(({ routing }) => routing.version)).toContain(found);
        expect(found).not.toBe(ledger.at(-1)?.aliases.champion);
        done.push(back(found));
      }
    }),
  );
});
