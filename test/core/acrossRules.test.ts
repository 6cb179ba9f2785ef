import { describe, expect, test } from 'vitest';
import type { AcrossRulePlan } from '../../core/acrossRulePlan.ts';
import {
  acrossRuleId,
  acrossRules,
  acrossRuleText,
  acrossSeverity,
  hoursBack,
  isWithinHour,
} from '../../core/acrossRules.ts';

const hour = 3_600_000;
const id: AcrossRulePlan = { kind: 'unique', columns: ['id'] };
const flight: AcrossRulePlan = { kind: 'unique', columns: ['date', 'flight'], withinMs: 168 * hour };
const order: AcrossRulePlan = { kind: 'inOrder', per: 'device', by: 'sequence', withinMs: 24 * hour };
const gap: AcrossRulePlan = { kind: 'gapAtMost', per: 'device', atMostMs: hour / 6, withinMs: 24 * hour };
const airport: AcrossRulePlan = { kind: 'references', column: 'airport', to: { contract: 'airports', column: 'code' } };

describe('a rule across rows', () => {
  test.each<[AcrossRulePlan, string, string]>([
    [id, 'id.unique', 'id is of no other row of the hour'],
    [flight, 'date+flight.unique', 'date, flight are of no other row within 1 week'],
    [{ kind: 'noDuplicates' }, 'row.duplicate', 'a row differs from all others in some column'],
    [order, 'device.inOrder.sequence', 'sequence never goes back per device within 1 day'],
    [{ ...order, per: null }, 'row.inOrder.sequence', 'sequence never goes back within 1 day'],
    [gap, 'device.gap', 'rows follow each other per device within 10 minutes'],
    [{ ...gap, per: null }, 'row.gap', 'rows follow each other within 10 minutes'],
    [airport, 'airport.references.airports.code', "airport is a code of contract 'airports'"],
  ])('has an id and says what must hold', (rule, ruleId, text) => {
    expect([acrossRuleId(rule), acrossRuleText(rule)]).toEqual([ruleId, text]);
  });

  test('only warns of a gap, and quarantines else, unless the contract says so', () => {
    const severity = { 'device.gap': 'quarantine', 'id.unique': 'reject' } as const;
    const all = [id, gap].map((rule) => ({ id: acrossRuleId(rule), rule }));
    expect(all.map((rule) => acrossSeverity({ severity: {} }, rule))).toEqual(['quarantine', 'warn']);
    expect(all.map((rule) => acrossSeverity({ severity }, rule))).toEqual(['reject', 'quarantine']);
  });

  test('is decided by the rows of an hour alone where equal rows are of one hour', () => {
    const rules = [id, { kind: 'noDuplicates' } as const, flight, { ...flight, columns: ['flight'] }, order, airport];
    expect(rules.map((rule) => isWithinHour(rule, 'date'))).toEqual([true, true, true, false, false, false]);
  });

  test('looks back by whole hours, the furthest of all', () => {
    const rules = (...spans: number[]) =>
      spans.map((withinMs) => ({ id: 'x', rule: { ...order, withinMs } satisfies AcrossRulePlan }));
    expect([rules(), rules(1), rules(hour), rules(hour + 1), rules(hour, 3 * hour)].map(hoursBack)).toEqual([
      0, 1, 1, 2, 3,
    ]);
  });
});

describe('the rules of a contract', () => {
  test('are those of its key and the declared ones, none of them twice', () => {
    const ids = (key: Parameters<typeof acrossRules>[0]['key'], across: readonly AcrossRulePlan[]) =>
      acrossRules({ key, across }).map((rule) => [rule.id, rule.rule]);
    expect(ids('row number in source partition', [])).toEqual([]);
    expect(ids(['id'], [gap])).toEqual([
      ['id.unique', id],
      ['device.gap', gap],
    ]);
    expect(ids(['date', 'flight'], [flight])).toEqual([['date+flight.unique', flight]]);
  });
});
