import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../core/canonicalJson.ts';
import { WhetError } from '../../core/errors.ts';
import type { LedgerEvent, VersionRecord } from '../../core/ledger.ts';
import { type DigestedEntry, mayPromote, nextEntry, verifyChain } from '../../core/ledgerRules.ts';

const at = '2001-03-15T12:00:00.000Z';

function record(version: number, asOf = '2001-03-15T12', passed = true): VersionRecord {
  const verdict = { outcome: passed ? 'passed' : 'failed', passed, reasons: [] } as const;
  return { version, package: 'p', digest: `d${version}`, asOf, plan: 'x', scorecard: 's', verdict, run: 'r' };
}

const registered = (version: number): LedgerEvent => ({ kind: 'registered', record: record(version) });

/** Any canonical text tells two entries apart as well as its digest does. */
function chain(events: readonly LedgerEvent[]): DigestedEntry[] {
  const entries: DigestedEntry[] = [];
  for (const event of events) {
    const entry = nextEntry(entries.at(-1), event, 'a test', 'to see', at);
    entries.push({ entry, digest: canonicalJson(entry) });
  }
  return entries;
}

const plain = { rules: [], fallback: [], deadlineMs: 1_000 };

const last = (events: readonly LedgerEvent[]) => chain(events).at(-1)?.entry;

const anyEvent: fc.Arbitrary<LedgerEvent> = fc.integer({ min: 1, max: 5 }).chain((version) =>
  fc.oneof(
    fc.constant(registered(version)),
    fc
      .constantFrom('rejected', 'promoted', 'rolled back', 'rollout failed')
      .map((kind) => ({ kind, version }) as const),
  ),
);
const anyEvents = fc.array(anyEvent, { minLength: 1, maxLength: 30 });

describe('nextEntry', () => {
  test('registers a challenger and moves nothing else', () => {
    expect(last([registered(1)])).toMatchObject({
      n: 1,
      previous: null,
      aliases: { challenger: 1 },
      routing: { epoch: 0, version: null },
    });
  });

  test('promotes: the champion answers from a new epoch on, and the first one is the reference', () => {
    const entry = last([registered(1), { kind: 'promoted', version: 1 }]);
    expect(entry?.aliases).toEqual({ champion: 1, reference: 1 });
    expect(entry?.routing).toEqual({ epoch: 1, version: 1 });
  });

  test('registers a refresh beside the challenger, which stays when the refresh takes the place of the champion', () => {
    const refresh = { ...record(3), refresh: { of: 1, weights: 1 } };
    const events = [registered(1), promoted(1), registered(2), { kind: 'registered', record: refresh } as const];
    expect(last(events)?.aliases).toEqual({ champion: 1, reference: 1, challenger: 2 });
    expect(last([...events, promoted(3)])?.aliases).toEqual({ champion: 3, reference: 1, challenger: 2 });
  });

  test('leaves the reference where it is at the next promotion', () => {
    const events = [registered(1), promoted(1), registered(2), promoted(2)];
    expect(last(events)?.aliases).toEqual({ champion: 2, reference: 1 });
  });

  test('keeps a newer challenger when an older one is promoted, rejected or fails', () => {
    for (const kind of ['promoted', 'rejected', 'rollout failed'] as const) {
      expect(last([registered(1), registered(2), { kind, version: 1 }])?.aliases.challenger).toBe(2);
    }
  });

  test('rejects: the challenger goes, the champion answers on in the same epoch', () => {
    for (const kind of ['rejected', 'rollout failed'] as const) {
      const entry = last([registered(1), promoted(1), registered(2), { kind, version: 2 }]);
      expect(entry?.aliases).toEqual({ champion: 1, reference: 1 });
      expect(entry?.routing).toEqual({ epoch: 1, version: 1 });
    }
  });

  test('makes another version the reference, and nothing else', () => {
    const entry = last([registered(1), promoted(1), registered(2), { kind: 'made reference', version: 2 }]);
    expect(entry?.aliases).toEqual({ champion: 1, reference: 2, challenger: 2 });
    expect(entry?.routing).toEqual({ epoch: 1, version: 1 });
  });

  test('rolls back: the version named answers, in a new epoch', () => {
    const entry = last([registered(1), promoted(1), registered(2), promoted(2), { kind: 'rolled back', version: 1 }]);
    expect(entry?.aliases.champion).toBe(1);
    expect(entry?.routing).toEqual({ epoch: 3, version: 1 });
  });

  test('changes the traffic in a new epoch, which ends with the rollout, however it ends', () => {
    const canary = { variants: { challenger: { version: 2, weight: 0.05, shadow: 0 } }, ...plain };
    const begun = [registered(1), promoted(1), registered(2), { kind: 'traffic changed', version: 2, traffic: canary }];
    expect(last(begun as LedgerEvent[])?.routing).toEqual({ epoch: 2, version: 1, traffic: canary });
    expect(last(begun as LedgerEvent[])?.aliases).toEqual({ champion: 1, reference: 1, challenger: 2 });
    for (const [kind, version, answers] of [
      ['rollout failed', 2, 1] as const,
      ['rollout inconclusive', 2, 1] as const,
      ['promoted', 2, 2] as const,
    ]) {
      expect(last([...begun, { kind, version }] as LedgerEvent[])?.routing).toEqual({ epoch: 3, version: answers });
    }
  });

  test("a rollout's end leaves what a person set of the traffic", () => {
    const decoy = { version: 1, weight: 0, shadow: 1 };
    const traffic = { variants: { decoy, previous: { ...decoy, version: 2 } }, ...plain };
    const events: LedgerEvent[] = [registered(1), registered(2), { kind: 'promoted', version: 1, traffic }];
    expect(last([...events, { kind: 'rolled back', version: 2 }])?.routing).toEqual({
      epoch: 2,
      version: 2,
      traffic: { variants: { decoy }, ...plain },
    });
    expect(last([...events, { kind: 'traffic changed', version: 1, traffic: null }])?.routing).toEqual({
      epoch: 2,
      version: 1,
    });
  });

  test('for any events: the champion answers, epochs never fall, the reference never moves once set', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        let epoch = 0;
        let reference: number | undefined;
        for (const { entry } of chain(events)) {
          expect(entry.routing.version).toBe(entry.aliases.champion ?? null);
          expect(entry.routing.epoch - epoch).toBe(moves(entry.event) ? 1 : 0);
          if (reference !== undefined) expect(entry.aliases.reference).toBe(reference);
          epoch = entry.routing.epoch;
          reference = entry.aliases.reference;
        }
      }),
    );
  });
});

describe('verifyChain', () => {
  test('takes every chain that nextEntry makes', () => {
    fc.assert(fc.property(anyEvents, (events) => verifyChain(chain(events))));
  });

  test('names the first entry that was changed, left out or moved', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 2, maxLength: 12 }), fc.nat(), (events, at) => {
        const entries = chain(events);
        const index = at % (entries.length - 1);
        const changed = entries.map((held, i) => (i === index ? { ...held, digest: 'changed' } : held));
        const without = entries.filter((_, i) => i !== index);
        expect(brokenAt(changed)).toContain(`in entry ${index + 2} of the ledger`);
        expect(brokenAt(without)).toContain(`in entry ${index + 1} of the ledger`);
      }),
    );
  });
});

describe('mayPromote', () => {
  const versions = [record(1, '2001-03-15T12'), record(2, '2001-03-15T11'), record(3, '2001-03-15T13', false)];

  test('a candidate without a champion, or not older than it', () => {
    expect(mayPromote(versions, {}, 2)).toEqual({ ok: true });
    expect(mayPromote(versions, { champion: 2 }, 1)).toEqual({ ok: true });
  });

  test('never an older one, a failed one, the champion again or an unknown one', () => {
    const reasons = [2, 3, 1, 9].map((version) => mayPromote(versions, { champion: 1 }, version));
    expect(reasons).toEqual([
      { ok: false, reason: "version 2 is as of 2001-03-15T11, older than the champion's 2001-03-15T12" },
      { ok: false, reason: 'version 3 did not pass the gate' },
      { ok: false, reason: 'version 1 is the champion already' },
      { ok: false, reason: 'version 9 is not registered' },
    ]);
  });

  test('a refresh in the place of the version that it refreshes alone, whatever that was judged', () => {
    const refresh = (version: number, of: number, asOf: string) => ({
      ...record(version, asOf, false),
      refresh: { of, weights: 1 },
    });
    const all = [...versions, refresh(4, 1, '2001-03-15T15'), refresh(5, 4, '2001-03-15T14')];
    expect(mayPromote(all, { champion: 1 }, 4)).toEqual({ ok: true });
    const reasons = [2, 4].map((champion) => mayPromote(all, { champion }, 4));
    expect(reasons).toEqual([
      { ok: false, reason: 'version 1, which version 4 refreshes, is not the champion any more' },
      { ok: false, reason: 'version 4 is the champion already' },
    ]);
    expect(mayPromote(all, { champion: 4 }, 5)).toEqual({
      ok: false,
      reason: "version 5 has tables of 2001-03-15T14, older than the champion's",
    });
  });

  test('a run that began before a refresh and ended after it: the hour of the weights counts', () => {
    const refreshed = { ...record(4, '2001-03-15T15'), refresh: { of: 2, weights: 2 } };
    const all = [...versions, refreshed, record(5, '2001-03-15T10')];
    expect(mayPromote(all, { champion: 4 }, 1)).toEqual({ ok: true });
    expect(mayPromote(all, { champion: 4 }, 5)).toMatchObject({
      reason: "version 5 is as of 2001-03-15T10, older than the champion's 2001-03-15T11",
    });
  });

  test('when a person says so, all but an unknown one', () => {
    const forced = [2, 3, 9].map((version) => mayPromote(versions, { champion: 1 }, version, { forced: true }).ok);
    expect(forced).toEqual([true, true, false]);
  });
});

function promoted(version: number): LedgerEvent {
  return { kind: 'promoted', version };
}

function moves(event: LedgerEvent): boolean {
  return event.kind === 'promoted' || event.kind === 'rolled back';
}

function brokenAt(entries: readonly DigestedEntry[]): string {
  try {
    verifyChain(entries);
    return 'nothing is broken';
  } catch (error) {
    return error instanceof WhetError && error.code === 'ledger.broken' ? error.message : String(error);
  }
}
