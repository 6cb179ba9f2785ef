import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../core/gate.ts';
import type { GateRule, RivalRule } from '../../core/gatePlan.ts';
import { lookPart } from '../../core/lookPart.ts';
import { higherIsBetter } from '../../core/metricDirection.ts';
import { ruleText } from '../../core/ruleText.ts';
import type { Comparison, Estimate, Estimates, RuleOutcome, Scorecard } from '../../core/scorecard.ts';
import type { MetricName } from '../../core/scorecardPlan.ts';

describe('judge: a limit', () => {
  const card = cardOf({ metrics: { auc: estimate(0.7312, 0.7251, 0.7373), brier: estimate(0.2, null, null) } });

  it('passes where the whole interval meets it, and records what it compared', () => {
    expect(judge([{ kind: 'atLeast', metric: 'auc', value: 0.6 }], card)).toEqual({
      outcome: 'passed',
      passed: true,
      reasons: [
        {
          rule: 'auc at least 0.6',
          outcome: 'passed',
          text: 'auc 0.7312 (0.7251 to 0.7373) is at least 0.6',
          numbers: { value: 0.7312, low: 0.7251, high: 0.7373, bound: 0.7251, limit: 0.6, rows: 100 },
        },
      ],
    });
  });

  it('fails where none of it does', () => {
    const verdict = judge([{ kind: 'atLeast', metric: 'auc', value: 0.75 }], card);
    expect(verdict).toMatchObject({ outcome: 'failed', passed: false });
    expect(verdict.reasons[0]?.text).toBe('auc 0.7312 (0.7251 to 0.7373) is not at least 0.75');
  });

  it('is open where it straddles, and says how many rows would tell', () => {
    const [reason] = judge([{ kind: 'atLeast', metric: 'auc', value: 0.729 }], card).reasons;
    expect(reason).toMatchObject({ outcome: 'inconclusive', numbers: { needs: { hours: 185, rows: 769 } } });
    expect(reason?.text).toBe(
      'auc 0.7312 (0.7251 to 0.7373) may be at least 0.729 or not: about 185 hours with 769 rows would tell',
    );
    const [at] = judge([{ kind: 'atMost', metric: 'auc', value: 0.7312 }], card).reasons;
    expect(at?.text).toContain('so close to the limit that no test within reach would tell');
  });

  it('is open without an interval, and says what is missing', () => {
    const [reason] = judge([{ kind: 'atMost', metric: 'brier', value: 0.25 }], card).reasons;
    expect(reason?.outcome).toBe('inconclusive');
    expect(reason?.text).toBe('brier 0.2000 (no interval: too few hours): rows of 8 hours are needed for one');
  });

  it('is open without a value, or with one that is no number', () => {
    const rule: GateRule = { kind: 'atLeast', metric: 'log loss', value: 0 };
    expect(judge([rule], card).outcome).toBe('inconclusive');
    expect(judge([rule], cardOf({ metrics: { 'log loss': estimate(Number.NaN, null, null) } }))).toMatchObject({
      outcome: 'inconclusive',
      passed: false,
      reasons: [{ text: 'log loss has no value on these rows' }],
    });
  });

  it('holds on a slice by its own rows', () => {
    const slices = [{ column: 'origin', value: 'JFK', rows: 40, metrics: { auc: estimate(0.6, 0.5, 0.7) } }];
    const on = (value: string): GateRule => ({
      kind: 'atLeast',
      metric: 'auc',
      value: 0.45,
      slice: { column: 'origin', value },
    });
    const [there, absent] = judge([on('JFK'), on('SFO')], cardOf({ slices })).reasons;
    expect(there).toMatchObject({ rule: 'auc of origin JFK at least 0.45', outcome: 'passed', numbers: { rows: 40 } });
    expect(absent).toMatchObject({
      outcome: 'inconclusive',
      text: 'the card has no slice of origin SFO: it needs 100 test rows',
    });
  });

  it('holds on what scoring and the package cost', () => {
    const measured = {
      ...{ scoringMs: { p50: 0.0004, p99: 0.0031 }, scorer: 'compiled', timed: 1_000 },
      ...{ modelBytes: 20_000, packageBytes: 45_600 },
    };
    const rules: GateRule[] = [
      { kind: 'atMost', cost: 'scoring p99', value: 0.003 },
      { kind: 'atMost', cost: 'package size', value: 50_000 },
    ];
    expect(judge(rules, cardOf({ measured })).reasons.map(({ text }) => text)).toEqual([
      'scoring p99 3.1 µs is not at most 3 µs',
      'package size 45.6 kB is at most 50 kB',
    ]);
    expect(judge(rules, cardOf({})).outcome).toBe('inconclusive');
  });
});

describe('judge: against another', () => {
  const auc: GateRule = { kind: 'noWorseThanChampion', metric: 'auc', by: 0.005 };
  const loss: GateRule = { kind: 'noWorseThanReference', metric: 'log loss', by: 0.01 };
  const better: GateRule = { kind: 'betterThanChampion', metric: 'auc', by: 0 };

  it('passes and says so where there is no champion and no reference, which is no look', () => {
    const { passed, reasons } = judge([auc, loss, better], cardOf({}));
    expect(passed).toBe(true);
    expect(reasons.map(({ text }) => text)).toEqual([
      'no champion yet: passes',
      'no reference yet: passes',
      'no champion yet: passes',
    ]);
    expect(reasons.every(({ numbers }) => numbers === undefined)).toBe(true);
  });

  // A 95 % interval of ±0.01 with 23 degrees of freedom: one-sided 95 % reaches 0.0082849.
  it.each<[number, RuleOutcome]>([
    [0.0033, 'passed'],
    [0.0032, 'inconclusive'],
    [-0.0132, 'inconclusive'],
    [-0.0133, 'failed'],
  ])('auc that differs by %f ± 0.01 against 0.005 is %s', (value, outcome) => {
    const card = cardOf({ champion: rival({ auc: estimate(value, value - 0.01, value + 0.01) }) });
    expect(judge([auc], card).outcome).toBe(outcome);
  });

  it.each<[number, RuleOutcome]>([
    [-0.0084, 'passed'],
    [-0.0082, 'inconclusive'],
    [0.0082, 'inconclusive'],
    [0.0084, 'failed'],
  ])('log loss that differs by %f ± 0.01 from the base rate, to be better, is %s', (value, outcome) => {
    const rule: GateRule = { kind: 'betterThanBaseRate', metric: 'log loss', by: 0 };
    const difference = { 'log loss': estimate(value, value - 0.01, value + 0.01) };
    expect(judge([rule], cardOf({ baseRate: { share: 0.2, difference } })).outcome).toBe(outcome);
  });

  it('says how sure it is, and records the bound and the chance of an error', () => {
    const [reason] = judge([auc], cardOf({ champion: rival({ auc: estimate(0.01, 0, 0.02) }) })).reasons;
    expect(reason?.text).toBe(
      'auc against champion version 6 (tables 3 hours older) differs by 0.0100 (0.0000 to 0.0200), at worst 0.0017 (one-sided 95 %): no worse by more than 0.005',
    );
    expect(reason?.numbers).toMatchObject({ value: 0.01, limit: -0.005, level: 0.05, rows: 100 });
    expect(reason?.numbers?.bound).toBeCloseTo(0.0017151, 6);
  });

  it('asks more of a corrected rule, the more looks there were, and tells the errors to be expected', () => {
    const card = cardOf({ champion: rival({ auc: estimate(0.02, 0.01, 0.03) }) });
    const at = (look: number) => ({ [ruleText(better)]: standing(look) });
    const [first] = judge([better], card, at(1)).reasons;
    const [hundredth] = judge([better], card, at(100)).reasons;
    expect([first?.outcome, hundredth?.outcome]).toEqual(['passed', 'inconclusive']);
    expect(first?.text).toContain(
      '(one-sided 99.969 %): better. Look 1 after 0 promotions: at most 5 % of promotions are expected to be wrong, at this level 2.7 in a year of hourly looks',
    );
    expect(hundredth?.numbers).toMatchObject({ look: { look: 100 }, level: 0.05 * lookPart(100, []) });
    expect(judge([better], card)).toEqual(judge([better], card, at(1)));
  });

  it('takes two equal models for no better, however sure', () => {
    expect(judge([better], cardOf({ champion: rival({ auc: estimate(0, 0, 0) }) })).outcome).toBe('failed');
    expect(judge([auc], cardOf({ champion: rival({ auc: estimate(0, 0, 0) }) })).outcome).toBe('passed');
  });

  it('is open without an interval, without the metric, and without a base rate', () => {
    const few = judge([auc], cardOf({ champion: rival({ auc: estimate(0.3, null, null) }) }));
    expect(few.reasons[0]?.text).toBe(
      'auc against champion version 6 (tables 3 hours older) differs by 0.3000 (no interval: too few hours): rows of 8 hours are needed for one',
    );
    expect(judge([auc], cardOf({ champion: rival({}) })).outcome).toBe('inconclusive');
    const [absent] = judge([{ kind: 'betterThanBaseRate', metric: 'auc', by: 0 }], cardOf({})).reasons;
    expect(absent).toMatchObject({ outcome: 'inconclusive', text: 'the card holds no base rate' });
  });

  it('reads the difference with older tables, never the one with the same tables', () => {
    const champion: Comparison = {
      ...rival({ auc: estimate(0.01, 0.005, 0.015) }),
      sameTables: { metrics: {}, difference: { auc: estimate(-0.1, -0.11, -0.09) } },
    };
    expect(judge([auc], cardOf({ champion })).outcome).toBe('passed');
  });

  it('compares on a slice by what the card holds of it', () => {
    const slice = { column: 'origin', value: 'JFK' };
    const onSlice: GateRule = { ...auc, slice };
    const difference = { auc: estimate(-0.1, -0.11, -0.09) };
    const champion = { ...rival({ auc: estimate(0.01, 0.005, 0.015) }), slices: [{ ...slice, rows: 30, difference }] };
    expect(judge([auc, onSlice], cardOf({ champion })).reasons).toMatchObject([
      { outcome: 'passed' },
      { outcome: 'failed', rule: 'auc of origin JFK no worse than champion by 0.005', numbers: { rows: 30 } },
    ]);
    expect(judge([onSlice], cardOf({ champion: rival({}) })).outcome).toBe('inconclusive');
  });
});

describe('the verdict', () => {
  const order: readonly RuleOutcome[] = ['failed', 'inconclusive', 'passed'];
  const metric = fc.constantFrom<MetricName>('auc', 'log loss', 'brier', 'calibration error');
  const number = fc.double({ min: -1, max: 1, noNaN: true });
  const part = fc.double({ min: 1e-7, max: 1, noNaN: true });
  const rivalKind = fc.constantFrom<RivalRule['kind']>(
    'noWorseThanChampion',
    'noWorseThanReference',
    'betterThanChampion',
    'betterThanBaseRate',
  );
  const rule: fc.Arbitrary<GateRule> = fc.oneof(
    fc.record({ kind: fc.constantFrom('atLeast', 'atMost'), metric, value: number }),
    fc.record({ kind: rivalKind, metric, by: number }),
  );
  const bounded = fc
    .tuple(number, fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 40 }))
    .map(([value, reach, freedom]) => ({ ...estimate(value, value - reach, value + reach), freedom }));
  const estimates = fc.dictionary(
    metric,
    fc.oneof(bounded, fc.constant(estimate(0.5, null, null)), fc.constant(estimate(Number.NaN, null, null))),
  ) as fc.Arbitrary<Estimates>;
  const card = fc
    .record({
      metrics: estimates,
      champion: fc.option(estimates.map(rival)),
      reference: fc.option(estimates.map(rival)),
      baseRate: estimates.map((difference) => ({ share: 0.3, difference })),
    })
    .map(cardOf);

  it('is the worst of its reasons, one for each rule in their order', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 6 }), card, (rules, judged) => {
        const { outcome, passed, reasons } = judge(rules, judged);
        const worst = Math.min(2, ...reasons.map((reason) => order.indexOf(reason.outcome)));
        expect(outcome).toBe(order[worst]);
        expect(passed).toBe(outcome === 'passed');
        expect(reasons.map((reason) => reason.rule)).toEqual(rules.map(ruleText));
        expect(judge(rules, judged)).toEqual(judge(rules, judged));
      }),
    );
  });

  it('never gets worse when a rule is dropped, or when a margin grows', () => {
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 6 }), card, number, (rules, judged, more) => {
        const before = order.indexOf(judge(rules, judged).outcome);
        expect(order.indexOf(judge(rules.slice(1), judged).outcome)).toBeGreaterThanOrEqual(before);
        const looser = rules.map((each) => loosened(each, Math.abs(more)));
        expect(order.indexOf(judge(looser, judged).outcome)).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  it('never gets worse when the challenger gets better', () => {
    fc.assert(
      fc.property(rule, metric, bounded, bounded, number, (each, name, own, difference, step) => {
        const gain = higherIsBetter(name) ? Math.abs(step) : -Math.abs(step);
        // A floor under a loss, or a ceiling over auc, asks for the opposite of better.
        fc.pre(each.kind !== (higherIsBetter(name) ? 'atMost' : 'atLeast'));
        const ofName = { ...each, metric: name } as GateRule;
        const at = (by: number): number => {
          const champion = rival({ [name]: shifted(difference, by) });
          const all = { champion, reference: champion, baseRate: champion };
          const judged = cardOf({ metrics: { [name]: shifted(own, by) }, ...(all as object) });
          return order.indexOf(judge([ofName], judged).outcome);
        };
        expect(at(gain)).toBeGreaterThanOrEqual(at(0));
      }),
    );
  });

  it('never passes what it did not pass when an interval gets wider around its value, or the level smaller', () => {
    fc.assert(
      fc.property(
        rule,
        metric,
        bounded,
        part,
        part,
        fc.double({ min: 1, max: 5, noNaN: true }),
        (each, name, own, a, b, wider) => {
          const ofName = { ...each, metric: name } as GateRule;
          const outcome = (estimated: Estimate, allowed: number): RuleOutcome => {
            const other = rival({ [name]: estimated });
            const judged = cardOf({ metrics: { [name]: estimated }, champion: other, reference: other });
            const baseRate = { share: 0.1, difference: other.difference };
            return judge([ofName], { ...judged, baseRate }, { [ruleText(ofName)]: { ...standing(1), part: allowed } })
              .outcome;
          };
          const before = outcome(own, Math.max(a, b));
          const after = outcome(stretched(own, wider), Math.min(a, b));
          if (before !== 'passed') expect(after).not.toBe('passed');
          if (before !== 'failed') expect(after).not.toBe('failed');
        },
      ),
    );
  });

  it('never passes a rule by what is missing, null or no number', () => {
    fc.assert(
      fc.property(rule, metric, fc.constantFrom(null, Number.NaN), (each, name, gap) => {
        const ofName = { ...each, metric: name } as GateRule;
        const estimates = gap === null ? {} : { [name]: estimate(gap, gap, gap) };
        const other = rival(estimates);
        const judged = cardOf({
          metrics: estimates,
          champion: other,
          reference: other,
          baseRate: { share: 0.1, ...other },
        });
        expect(judge([ofName], judged).outcome).toBe('inconclusive');
      }),
    );
  });
});

function standing(look: number) {
  return { look, promotions: 0, waiting: 0, part: lookPart(look, []) };
}

function estimate(value: number, low: number | null, high: number | null): Estimate {
  return { value, low, high };
}

function shifted(estimated: Estimate, by: number): Estimate {
  const { value, low, high } = estimated;
  return {
    ...estimated,
    value: value + by,
    low: low === null ? null : low + by,
    high: high === null ? null : high + by,
  };
}

function stretched(estimated: Estimate, times: number): Estimate {
  const { value, low, high } = estimated;
  return { ...estimated, low: value + times * ((low ?? 0) - value), high: value + times * ((high ?? 0) - value) };
}

function loosened(rule: GateRule, by: number): GateRule {
  if ('by' in rule) return { ...rule, by: rule.by + (rule.kind.startsWith('better') ? -by : by) };
  return { ...rule, value: rule.value + (rule.kind === 'atLeast' ? -by : by) };
}

function rival(difference: Estimates): Comparison {
  return { version: 6, tablesOlderByHours: 3, metrics: {}, difference, sameTables: { metrics: {}, difference: {} } };
}

function cardOf(part: Partial<Scorecard>): Scorecard {
  return {
    asOf: '2001-03-15T12',
    rows: 100,
    positives: 20,
    hours: 24,
    unsettled: 0,
    metrics: {},
    slices: [],
    champion: null,
    reference: null,
    ...part,
  };
}
