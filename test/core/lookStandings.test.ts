import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GateRule } from '../../core/gatePlan.ts';
import type { LedgerEntry } from '../../core/ledger.ts';
import { nextEntry } from '../../core/ledgerRules.ts';
import { lookPart } from '../../core/lookPart.ts';
import { type Look, lookStandings, standingOf } from '../../core/lookStandings.ts';
import type { Reason, Verdict } from '../../core/scorecard.ts';
import { type Hour, hourMs, hourOf, hourStart } from '../../core/time.ts';

const day = 24 * hourMs;
const start = hourStart('2001-03-15T00');
const hourAt = (hours: number): Hour => hourOf(start + hours * hourMs);

describe('lookPart', () => {
  it('spends all there is, in the end, and never more', () => {
    let sum = 0;
    for (let look = 1; look <= 8_760; look += 1) sum += lookPart(look, []);
    expect(sum).toBeGreaterThan(0.4);
    expect(sum).toBeLessThan(0.5);
  });

  it('never lets the parts of all looks exceed the promotions that count by then', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 2, max: 400 }), { maxLength: 12 }), (firsts) => {
        const countsFrom = firsts.toSorted((a, b) => a - b);
        let sum = 0;
        for (let look = 1; look <= 500; look += 1) {
          const counted = countsFrom.filter((first) => first <= look);
          sum += lookPart(look, counted);
          expect(sum).toBeLessThanOrEqual(Math.max(1, counted.length));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is larger after a promotion than without it', () => {
    expect(lookPart(100, [90])).toBeGreaterThan(lookPart(100, []));
    expect(lookPart(100, [90, 95])).toBeGreaterThan(lookPart(100, [90]));
  });
});

describe('standingOf', () => {
  const hourly = (count: number, passedAt: readonly number[]): Look[] =>
    Array.from({ length: count }, (_, at) => ({ asOf: hourAt(at), passed: passedAt.includes(at) }));

  it('counts looks and promotions; one counts from the first look that shares no test rows with it', () => {
    expect(standingOf([], hourAt(0), day)).toEqual({ look: 1, promotions: 0, waiting: 0, part: lookPart(1, []) });
    expect(standingOf(hourly(23, [0]), hourAt(23), day)).toEqual({
      ...{ look: 24, promotions: 1, waiting: 1 },
      part: lookPart(24, []),
    });
    expect(standingOf(hourly(30, [0, 3, 20]), hourAt(30), day)).toEqual({
      ...{ look: 31, promotions: 3, waiting: 1 },
      part: lookPart(31, [25, 28]),
    });
  });

  it('takes hours judged out of their order by the rows they share', () => {
    const looks = [{ asOf: hourAt(100), passed: true }, ...hourly(5, [])];
    expect(standingOf(looks, hourAt(90), day)).toMatchObject({ promotions: 1, waiting: 1, part: lookPart(7, []) });
    expect(standingOf(looks, hourAt(5), day)).toMatchObject({ waiting: 0, part: lookPart(7, [2]) });
  });

  it('earns no less for a promotion more, for any past', () => {
    const past = fc.array(fc.record({ asOf: fc.integer({ min: 0, max: 90 }).map(hourAt), passed: fc.boolean() }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(past, fc.nat(), (looks, which) => {
        const at = which % looks.length;
        const more = looks.map((look, place) => (place === at ? { ...look, passed: true } : look));
        const [before, then] = [standingOf(looks, hourAt(95), day), standingOf(more, hourAt(95), day)];
        expect(then.part).toBeGreaterThanOrEqual(before.part - 1e-15);
        expect(before.part).toBeLessThanOrEqual(Math.max(1, before.promotions));
      }),
    );
  });
});

describe('lookStandings', () => {
  const better: GateRule = { kind: 'betterThanChampion', metric: 'auc', by: 0 };
  const anchor: GateRule = { kind: 'noWorseThanReference', metric: 'auc', by: 0.02 };
  const numbers = { value: 0, low: 0, high: 0, bound: 0, limit: 0, rows: 9 };
  const look = { look: 1, promotions: 0, waiting: 0, part: 0.1 };

  it('reads the ledger: a rule counts the verdicts that looked by it, since the reference was set', () => {
    const entries = ledgerOf([
      [1, [{ rule: 'auc better than champion', outcome: 'passed', text: 'no champion yet: passes' }]],
      'promoted',
      [2, [looked('auc better than champion'), looked('auc no worse than reference by 0.02')]],
      [3, [looked('auc better than champion')]],
    ]);
    const standings = lookStandings(
      [better, anchor, { kind: 'atLeast', metric: 'auc', value: 0.6 }],
      entries,
      hourAt(9),
      day,
    );
    expect(standings).toEqual({
      'auc better than champion': { look: 3, promotions: 2, waiting: 2, part: lookPart(3, []) },
      'auc no worse than reference by 0.02': { look: 2, promotions: 1, waiting: 1, part: lookPart(2, []) },
    });
    expect(lookStandings([{ ...anchor, by: 0.03 }], entries, hourAt(9), day)).toMatchObject({
      'auc no worse than reference by 0.03': { look: 1 },
    });
  });

  it('counts anew after a person made another version the reference', () => {
    const rule = 'auc better than champion';
    const entries = ledgerOf([[1, []], 'promoted', [2, [looked(rule)]], 'made reference', [3, [looked(rule)]]]);
    expect(lookStandings([better], entries, hourAt(9), day)).toMatchObject({ [rule]: { look: 2, promotions: 1 } });
  });

  it('takes a refresh for no look: it bears the verdict that its weights were given', () => {
    const rule = 'auc better than champion';
    const trained = registered(2, [looked(rule)]);
    const refreshed = { ...trained, record: { ...trained.record, version: 3, refresh: { of: 2, weights: 2 } } };
    const entries = ledgerOf([[1, []], 'promoted', [2, [looked(rule)]]]);
    const last = entries.at(-1);
    const entry = nextEntry(last && { entry: last, digest: 'd' }, refreshed, 'a test', 'to see', '2001-03-15T12:00Z');
    const before = lookStandings([better], entries, hourAt(9), day);
    expect(before).toMatchObject({ [rule]: { look: 2 } });
    expect(lookStandings([better], [...entries, entry], hourAt(9), day)).toEqual(before);
  });

  function looked(rule: string): Reason {
    return { rule, outcome: 'passed', text: '', numbers: { ...numbers, look } };
  }

  function ledgerOf(
    steps: readonly ('promoted' | 'made reference' | readonly [version: number, reasons: readonly Reason[]])[],
  ) {
    const entries: LedgerEntry[] = [];
    for (const step of steps) {
      const before = entries.at(-1);
      const event = typeof step === 'string' ? ({ kind: step, version: 1 } as const) : registered(step[0], step[1]);
      entries.push(nextEntry(before && { entry: before, digest: 'd' }, event, 'a test', 'to see', '2001-03-15T12:00Z'));
    }
    return entries;
  }

  function registered(version: number, reasons: readonly Reason[]) {
    const verdict: Verdict = { outcome: 'passed', passed: true, reasons };
    const record = { version, package: 'p', digest: `d${version}`, asOf: hourAt(version), plan: 'x', scorecard: 's' };
    return { kind: 'registered', record: { ...record, verdict, run: 'r' } } as const;
  }
});
