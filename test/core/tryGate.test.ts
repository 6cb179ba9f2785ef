import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GateRule } from '../../core/gatePlan.ts';
import { lookPart } from '../../core/lookPart.ts';
import type { Comparison, Scorecard } from '../../core/scorecard.ts';
import { hourMs, hourOf, hourStart } from '../../core/time.ts';
import { type PastCandidate, tryGate } from '../../core/tryGate.ts';

const day = 24 * hourMs;
const atLeast: GateRule = { kind: 'atLeast', metric: 'auc', value: 0.6 };
const better: GateRule = { kind: 'betterThanChampion', metric: 'auc', by: 0 };

describe('tryGate', () => {
  it('says what changes, what does not, and what cannot be told', () => {
    const past: PastCandidate[] = [
      candidate(1, cardOf(0.7)),
      { ...candidate(2, cardOf(0.5)), outcome: 'failed' },
      candidate(3, cardOf(0.5)),
      candidate(4, { gone: 'its scorecard was swept' }),
      candidate(5, { ...cardOf(0.7), metrics: {} }),
    ];
    expect(tryGate([atLeast], past, day).map(({ before, now, why }) => [before, now, why])).toEqual([
      ['passed', 'passed', 'all rules pass'],
      ['failed', 'failed', 'auc at least 0.6: auc 0.5000 (0.4900 to 0.5100) is not at least 0.6'],
      ['passed', 'failed', 'auc at least 0.6: auc 0.5000 (0.4900 to 0.5100) is not at least 0.6'],
      ['passed', null, 'its scorecard was swept'],
      ['passed', null, 'auc at least 0.6: auc has no value on these rows'],
    ]);
  });

  it('calls failed what one rule fails, though another has no data', () => {
    const missing: GateRule = { kind: 'atMost', metric: 'brier', value: 0.2 };
    expect(tryGate([missing, atLeast], [candidate(1, cardOf(0.5))], day)[0]?.now).toBe('failed');
  });

  it('counts the looks of the rules that it tries, from the reference on, and not those of the gate that was', () => {
    const card = { ...cardOf(0.7), champion: rival };
    const past = [0, 1, 30, 31].map((hour, at) => ({ ...candidate(hour, card), isAnewAnchored: at === 3 }));
    const looks = tryGate([better], past, day).map(({ verdict }) => verdict?.reasons[0]?.numbers?.look);
    expect(looks.map((look) => look?.look)).toEqual([1, 2, 3, 1]);
    expect(looks[2]).toMatchObject({ promotions: 2, waiting: 0, part: lookPart(3, [3, 3]) });
  });

  it('says the same of any candidates, however often it is asked, and one verdict for each', () => {
    const value = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 20 }), (values) => {
        const past = values.map((auc, at) => candidate(at, { ...cardOf(auc), champion: at % 2 === 0 ? rival : null }));
        const tried = tryGate([atLeast, better], past, day);
        expect(tried).toHaveLength(values.length);
        expect(tryGate([atLeast, better], past, day)).toEqual(tried);
        for (const { now, verdict } of tried) expect(verdict?.outcome).toBe(now);
      }),
    );
  });
});

const rival: Comparison = {
  ...{ version: 1, tablesOlderByHours: 0, metrics: {}, sameTables: { metrics: {}, difference: {} } },
  difference: { auc: { value: 0.05, low: 0.04, high: 0.06, freedom: 23 } },
};

function candidate(hour: number, card: PastCandidate['card']): PastCandidate {
  const asOf = hourOf(hourStart('2001-03-15T12') + hour * hourMs);
  return { version: hour, asOf, outcome: 'passed', card, isAnewAnchored: false };
}

function cardOf(auc: number): Scorecard {
  return {
    ...{ asOf: '2001-03-15T12', rows: 100, positives: 20, hours: 24, unsettled: 0 },
    metrics: { auc: { value: auc, low: auc - 0.01, high: auc + 0.01, freedom: 23 } },
    ...{ slices: [], champion: null, reference: null },
  };
}
