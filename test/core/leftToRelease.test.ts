import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LedgerEntry, LedgerEvent, VersionRecord } from '../../core/ledger.ts';
import { nextEntry } from '../../core/ledgerRules.ts';
import { leftToRelease } from '../../core/leftToRelease.ts';
import { nextTurn, type RolloutRequest, waitingText } from '../../core/releaseMessages.ts';

function record(version: number, passed = true): VersionRecord {
  const verdict = { outcome: passed ? 'passed' : 'failed', passed, reasons: [] } as const;
  const made = { package: 'p', digest: `d${version}`, asOf: '2001-03-15T12', plan: 'x', scorecard: 's', run: 'r' };
  return { version, ...made, verdict };
}

function ledgerOf(events: readonly LedgerEvent[]): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (const event of events) {
    const before = entries.at(-1);
    const at = `2001-03-15T12:00:00.${String(entries.length).padStart(3, '0')}Z`;
    entries.push(nextEntry(before && { entry: before, digest: 'd' }, event, `w${entries.length}`, 'to see', at));
  }
  return entries;
}

const registered = (version: number, passed = true): LedgerEvent => ({
  kind: 'registered',
  record: record(version, passed),
});

test('for any ledger: only the newest version that passed and that nobody decided on is left, and the last word on a pause', () => {
  const event = fc.integer({ min: 1, max: 4 }).chain((version) =>
    fc.oneof(
      fc.boolean().map((passed) => registered(version, passed)),
      fc
        .constantFrom('rejected', 'promoted', 'rolled back', 'rollout failed')
        .map((kind) => ({ kind, version }) as const),
      fc.constantFrom('paused', 'resumed').map((kind) => ({ kind }) as const),
    ),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 25 }), (events) => {
      const { paused, candidate } = leftToRelease(ledgerOf(events));
      const newest = events.findLastIndex(({ kind }) => kind === 'registered');
      if (candidate !== null) {
        const since = events.slice(newest + 1);
        expect(events[newest]).toMatchObject({ record: { version: candidate.version } });
        expect(candidate.verdict.passed).toBe(true);
        const decisions = since.filter((one) => 'version' in one && one.version === candidate.version);
        expect(decisions.map(({ kind }) => kind).filter((kind) => kind !== 'rolled back')).toEqual([]);
      }
      const word = events.findLastIndex(({ kind }) => kind === 'paused' || kind === 'resumed');
      expect(paused?.who).toBe(events[word]?.kind === 'paused' ? `w${word}` : undefined);
    }),
  );
});

describe('the next turn', () => {
  const candidate = { version: 2, candidate: record(2) };
  const paused = { who: 'ana', why: 'a sale', at: '2001-03-15T12:00:00Z' };
  const order = (event: RolloutRequest['event']) =>
    ({ pipeline: 'p', version: 1, event, who: 'ana', why: 'so' }) as const;
  const nothing = { ordered: null, waiting: null, paused: null };

  test("is a person's word, then the candidate's that lacks nobody", () => {
    expect(nextTurn(nothing)).toBeNull();
    expect(nextTurn({ ...nothing, waiting: candidate })).toEqual({ candidate });
    expect(nextTurn({ ...nothing, waiting: { ...candidate, missing: [{ role: 'risk', count: 1 }] } })).toBeNull();
    const ordered = order('promoted');
    expect(nextTurn({ ...nothing, ordered, waiting: candidate })).toEqual({ ordered });
  });

  test('is a rollback alone while releases are paused', () => {
    expect(nextTurn({ ordered: order('promoted'), waiting: candidate, paused })).toBeNull();
    const ordered = order('rolled back');
    expect(nextTurn({ ordered, waiting: candidate, paused })).toEqual({ ordered });
  });

  test('is told to people while it does not come', () => {
    expect(waitingText(nothing)).toBe('waiting for a candidate or a word');
    const waiting = { ...candidate, missing: [{ role: 'risk', count: 2 }] };
    expect(waitingText({ waiting, paused })).toBe('paused by ana: a sale; version 2 waits for approvals: 2 of risk');
  });
});
