import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ApprovalWord, approvalStanding, checkApproval, requireApprovals } from '../../core/approvals.ts';
import type { LedgerEntry, LedgerEvent, VersionRecord } from '../../core/ledger.ts';
import { nextEntry } from '../../core/ledgerRules.ts';
import type { ReleasePlan } from '../../core/releasePlan.ts';

const day = 86_400_000;
const start = Date.parse('2001-03-15T12:00:00Z');
const digest = 'd'.repeat(64);
const record: VersionRecord = {
  ...{ version: 2, package: 'a'.repeat(64), digest, asOf: '2001-03-15T12', plan: 'x', scorecard: 's', run: 'r' },
  verdict: { outcome: 'passed', passed: true, reasons: [] },
};
const plan: ReleasePlan = {
  approvals: [
    { role: 'risk', count: 1 },
    { role: 'owner', count: 1, who: ['Ana', 'ben'] },
  ],
  expireAfterMs: 3 * day,
};

type Line = readonly [event: LedgerEvent, who: string, atMs?: number];

function ledgerOf(lines: readonly Line[]): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (const [event, who, atMs = start] of lines) {
    const before = entries.at(-1);
    const at = new Date(atMs).toISOString();
    entries.push(nextEntry(before && { entry: before, digest: `of ${before.n}` }, event, who, 'a reason', at));
  }
  return entries;
}

function approved(who: string, role: string, { atMs = start, of = record.package } = {}): Line {
  const expires = new Date(atMs + plan.expireAfterMs).toISOString();
  return [{ kind: 'approved', version: 2, role, package: of, expires }, who, atMs];
}

const registered: Line = [{ kind: 'registered', record }, 'run r'];
const rejected: Line = [{ kind: 'rejected', version: 2 }, 'eva'];
const promoted: Line = [{ kind: 'promoted', version: 2 }, 'eva'];

const standing = (lines: readonly Line[], nowMs = start) =>
  approvalStanding({ plan, record, ledger: ledgerOf(lines) }, nowMs);
const check = (lines: readonly Line[], word: ApprovalWord, nowMs = start) =>
  checkApproval({ plan, record, ledger: ledgerOf(lines) }, word, nowMs);
const required = (lines: readonly Line[], nowMs = start) =>
  requireApprovals({ plan, record, ledger: ledgerOf(lines) }, nowMs);

describe('approvals', () => {
  test('are missing until each role has its persons', () => {
    expect(standing([registered]).missing).toEqual([
      { role: 'risk', count: 1 },
      { role: 'owner', count: 1 },
    ]);
    expect(standing([registered, approved('eva', 'risk')]).missing).toEqual([{ role: 'owner', count: 1 }]);
    expect(standing([registered, approved('eva', 'risk'), approved('ANA', 'owner')]).missing).toEqual([]);
  });

  test('are asked of nobody where the plan has no such section', () => {
    const free = { plan: undefined, record, ledger: ledgerOf([registered]) };
    expect(approvalStanding(free, start).missing).toEqual([]);
    expect(() => requireApprovals(free, start)).not.toThrow();
    expect(() => checkApproval(free, { who: 'eva', role: 'risk' }, start)).toThrow(
      /approval\.wrong-role.*nobody's word/,
    );
  });

  test.each<[string, readonly Line[], ApprovalWord, string]>([
    ['of a role that nobody asks for', [], { who: 'eva', role: 'boss' }, "approval.wrong-role: .*'risk', 'owner'"],
    ['of a person who may not act in it', [], { who: 'eva', role: 'owner' }, 'approval.wrong-role: .*Ana, ben'],
    ['of another package', [], { who: 'eva', role: 'risk', digest: 'e'.repeat(64) }, 'approval.different-digest'],
    ['of too short a digest', [], { who: 'eva', role: 'risk', digest: 'd' }, 'approval.different-digest'],
    [
      'that is given twice',
      [approved('eva', 'risk')],
      { who: ' Eva', role: 'risk' },
      'approval.twice: .*by each person',
    ],
    ['by one person in two roles', [approved('ana', 'risk')], { who: 'ana', role: 'owner' }, 'approval.twice'],
    [
      'after a rejection',
      [approved('ana', 'owner'), rejected],
      { who: 'eva', role: 'risk' },
      'approval.rejected: .*eva',
    ],
  ])('%s is refused', (_, lines, word, message) => {
    expect(() => check([registered, ...lines], word)).toThrow(new RegExp(message));
  });

  test('in spite of a rejection must say so once; those before it are void', () => {
    const before = [registered, approved('ana', 'owner'), rejected];
    expect(() => check(before, { who: 'eva', role: 'risk', anew: true })).not.toThrow();
    const anew = [...before, approved('eva', 'risk')];
    expect(standing(anew).missing).toEqual([{ role: 'owner', count: 1 }]);
    expect(() => check(anew, { who: 'ana', role: 'owner' })).not.toThrow();
  });

  test('name the model or the package by twelve characters of its digest or more', () => {
    for (const given of [digest, digest.slice(0, 12), record.package])
      expect(() => check([registered], { who: 'eva', role: 'risk', digest: given })).not.toThrow();
  });
});

describe('a version is not rolled out', () => {
  const whole = [registered, approved('eva', 'risk'), approved('ana', 'owner')];

  test.each<[string, readonly Line[], number, string]>([
    [
      'without approvals',
      [registered],
      start,
      'approval.missing: expected .*1 of risk, 1 of owner more, but came none',
    ],
    ['with some of them', whole.slice(0, 2), start, 'approval.missing: .*1 of owner more'],
    ['with expired ones', whole, start + 3 * day, 'approval.expired: .*eva until 2001-03-18T12'],
    ['with those before its rejection', [...whole, rejected], start, 'approval.rejected: .*eva'],
    [
      'with one for another package',
      [...whole.slice(0, 2), approved('ana', 'owner', { of: 'other' })],
      start,
      'approval.different-digest: .*ana for another package',
    ],
  ])('%s', (_, lines, nowMs, message) => {
    expect(() => required(lines, nowMs)).toThrow(new RegExp(message));
  });

  test('but with all of them it is, and for ever once it answered', () => {
    expect(() => required(whole, start + 3 * day - 1)).not.toThrow();
    expect(() => required([...whole, promoted], start + 90 * day)).not.toThrow();
  });
});

test('for any approvals: no more count than persons, none after its time, and whoever is accepted counts', () => {
  const word = fc.record({
    who: fc.constantFrom('ana', 'ben', 'eva', 'Eva '),
    role: fc.constantFrom('risk', 'owner', 'boss'),
    atMs: fc.integer({ min: start, max: start + 5 * day }),
    isRejection: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const lines: Line[] = [registered];
      let nowMs = start;
      for (const { who, role, atMs, isRejection } of words.toSorted((a, b) => a.atMs - b.atMs)) {
        nowMs = atMs;
        const isAccepted = !isRejection && accepts(() => check(lines, { who, role, anew: true }, atMs));
        if (isRejection) lines.push([{ kind: 'rejected', version: 2 }, who, atMs]);
        if (!isAccepted) continue;
        lines.push(approved(who, role, { atMs }));
        expect(standing(lines, atMs).given.at(-1)?.void).toBeNull();
      }
      const valid = standing(lines, nowMs).given.filter((one) => one.void === null);
      expect(new Set(valid.map(({ who }) => who.trim().toLowerCase())).size).toBe(valid.length);
      for (const { expires } of valid) expect(Date.parse(expires)).toBeGreaterThan(nowMs);
      expect(accepts(() => required(lines, nowMs))).toBe(standing(lines, nowMs).missing.length === 0);
    }),
  );
});

function accepts(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
