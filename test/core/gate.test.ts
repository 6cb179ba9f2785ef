import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, ruleText } from '../../core/gate.ts';
import type { GateRule } from '../../core/gatePlan.ts';
import { higherIsBetter } from '../../core/metricDirection.ts';
import type { Comparison, Estimate, Estimates, RuleOutcome, Scorecard } from '../../core/scorecard.ts';
import type { MetricName } from '../../core/scorecardPlan.ts';

describe('judge: a bound on the value', () => {
  const card = cardOf({ metrics: { auc: estimate(0.7312, 0.7251, 0.7373), brier: estimate(0.2, null, null) } });

  it('passes at least and at most, and says the interval', () => {
    const verdict = judge(
      [
        { kind: 'atLeast', metric: 'auc', value: 0.6 },
        { kind: 'atMost', metric: 'brier', value: 0.2 },
      ],
      card,
    );
    expect(verdict).toEqual({
      outcome: 'passed',
      passed: true,
      reasons: [
        { rule: 'auc at least 0.6', outcome: 'passed', text: 'auc 0.7312 (0.7251 to 0.7373) is at least 0.6' },
        {
          rule: 'brier at most 0.2',
          outcome: 'passed',
          text: 'brier 0.2000 (no interval: too few hours) is at most 0.2',
        },
      ],
    });
  });

  it('fails beyond the bound', () => {
    const verdict = judge([{ kind: 'atLeast', metric: 'auc', value: 0.75 }], card);
    expect(verdict).toMatchObject({ outcome: 'failed', passed: false });
    expect(verdict.reasons[0]?.text).toBe('auc 0.7312 (0.7251 to 0.7373) is not at least 0.75');
  });

  it('is inconclusive without a value, or with one that is no number', () => {
    const rule: GateRule = { kind: 'atLeast', metric: 'log loss', value: 0 };
    expect(judge([rule], card).outcome).toBe('inconclusive');
    expect(judge([rule], cardOf({ metrics: { 'log loss': estimate(Number.NaN, null, null) } }))).toMatchObject({
      outcome: 'inconclusive',
      passed: false,
      reasons: [{ text: 'log loss has no value on these rows' }],
    });
  });
});

describe('judge: no worse than another', () => {
  const auc: GateRule = { kind: 'noWorseThanChampion', metric: 'auc', by: 0.005 };
  const loss: GateRule = { kind: 'noWorseThanReference', metric: 'log loss', by: 0.01 };

  it('passes and says so where there is no champion and no reference', () => {
    expect(judge([auc, loss], cardOf({}))).toMatchObject({
      passed: true,
      reasons: [{ text: 'no champion yet: passes' }, { text: 'no reference yet: passes' }],
    });
  });

  it.each<[number, number, RuleOutcome]>([
    [-0.005, 0.002, 'passed'],
    [0.01, 0.03, 'passed'],
    [-0.006, 0.002, 'inconclusive'],
    [-0.02, -0.005, 'inconclusive'],
    [-0.02, -0.006, 'failed'],
  ])('auc from %f to %f against 0.005 is %s', (low, high, outcome) => {
    const card = cardOf({ champion: rival({ auc: estimate((low + high) / 2, low, high) }) });
    expect(judge([auc], card).outcome).toBe(outcome);
  });

  it.each<[number, number, RuleOutcome]>([
    [-0.02, 0.01, 'passed'],
    [-0.02, 0.011, 'inconclusive'],
    [0.01, 0.03, 'inconclusive'],
    [0.011, 0.03, 'failed'],
  ])('log loss from %f to %f against 0.01 is %s', (low, high, outcome) => {
    const card = cardOf({ reference: rival({ 'log loss': estimate((low + high) / 2, low, high) }) });
    expect(judge([loss], card).outcome).toBe(outcome);
  });

  it('is inconclusive without an interval or without the metric', () => {
    const few = judge([auc], cardOf({ champion: rival({ auc: estimate(0.3, null, null) }) }));
    expect(few.reasons[0]).toEqual({
      rule: 'auc no worse than champion by 0.005',
      outcome: 'inconclusive',
      text: 'auc against champion version 6 (tables 3 hours older) differs by 0.3000 (no interval: too few hours): no worse by 0.005 cannot be shown',
    });
    expect(judge([auc], cardOf({ champion: rival({}) })).outcome).toBe('inconclusive');
  });

  it('reads the difference with older tables, never the one with the same tables', () => {
    const champion: Comparison = {
      ...rival({ auc: estimate(0.01, 0.005, 0.015) }),
      sameTables: { metrics: {}, difference: { auc: estimate(-0.1, -0.11, -0.09) } },
    };
    const verdict = judge([auc], cardOf({ champion }));
    expect(verdict.reasons[0]?.text).toBe(
      'auc against champion version 6 (tables 3 hours older) differs by 0.0100 (0.0050 to 0.0150): no worse by more than 0.005',
    );
  });
});

describe('the verdict', () => {
  const order: readonly RuleOutcome[] = ['failed', 'inconclusive', 'passed'];
  const metric = fc.constantFrom<MetricName>('auc', 'log loss', 'brier', 'calibration error');
  const number = fc.double({ min: -1, max: 1, noNaN: true });
  const rule: fc.Arbitrary<GateRule> = fc.oneof(
    fc.record({ kind: fc.constantFrom('atLeast', 'atMost'), metric, value: number }),
    fc.record({ kind: fc.constantFrom('noWorseThanChampion', 'noWorseThanReference'), metric, by: number }),
  );
  const bounded = fc.tuple(number, number, number).map((three) => {
    const [low = 0, value = 0, high = 0] = three.sort((a, b) => a - b);
    return estimate(value, low, high);
  });
  const estimates = fc.dictionary(
    metric,
    fc.oneof(bounded, fc.constant(estimate(0.5, null, null))),
  ) as fc.Arbitrary<Estimates>;
  const card = fc
    .record({
      metrics: estimates,
      champion: fc.option(estimates.map(rival)),
      reference: fc.option(estimates.map(rival)),
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
        const ofName = { ...each, metric: name };
        const at = (by: number): number => {
          const champion = rival({ [name]: shifted(difference, by) });
          const judged = cardOf({ metrics: { [name]: shifted(own, by) }, champion, reference: champion });
          return order.indexOf(judge([ofName], judged).outcome);
        };
        expect(at(gain)).toBeGreaterThanOrEqual(at(0));
      }),
    );
  });
});

function estimate(value: number, low: number | null, high: number | null): Estimate {
  return { value, low, high };
}

function shifted({ value, low, high }: Estimate, by: number): Estimate {
  return { value: value + by, low: low === null ? null : low + by, high: high === null ? null : high + by };
}

function loosened(rule: GateRule, by: number): GateRule {
  if ('by' in rule) return { ...rule, by: rule.by + by };
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
