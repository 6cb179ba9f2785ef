import type { AcrossRulePlan, GapAtMostPlan, InOrderPlan, UniqueRulePlan } from '../../core/acrossRulePlan.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { ruledColumn } from '../rules/compareRule.ts';
import { eventColumn } from '../rules/eventColumn.ts';

/** Good rows, to be compared with each other. */
export interface ComparedRows {
  /** What to select from: `hour` (milliseconds UTC), `row` (its ordinal in all or in its hour), `v<k>` of the columns named. */
  readonly from: string;
  /** Canonical order, in which the first of equal rows keeps its place. */
  readonly order: string;
  /** SQL over `hour`: which of them are judged; the others are only compared with. All where left out. */
  readonly judged?: string;
}

/** What a rule needs that lies elsewhere. */
export interface Elsewhere {
  /** A SELECT of one column `value`: what a reference may be. */
  readonly referred: string;
}

/**
 * A SELECT of `hour` and `row` of the rows that break a rule. Each rule is a statement of its own: a window function in
 * a larger one would make all of it run on one thread. Throws `column.unknown`.
 */
export function brokenRows(
  contract: ContractPlan,
  rule: AcrossRulePlan,
  rows: ComparedRows,
  elsewhere?: Elsewhere,
): string {
  switch (rule.kind) {
    case 'unique':
      return repeatedValues(contract, rule, rows);
    case 'noDuplicates':
      return repeated(rows, ['hour', ...contract.columns.map((_, k) => `v${k}`)]);
    case 'inOrder':
      return outOfOrder(contract, rule, rows);
    case 'gapAtMost':
      return afterGaps(contract, rule, rows);
    case 'references':
      return dangling(column(contract, rule.column), rows, elsewhere?.referred ?? 'SELECT NULL AS value WHERE false');
  }
}

/** The places in the contract of the columns that a rule compares. Throws `column.unknown`. */
export function comparedColumns(contract: ContractPlan, rule: AcrossRulePlan): number[] {
  return comparedNames(rule, contract).map((name) => ruledColumn(contract, name).k);
}

function comparedNames(rule: AcrossRulePlan, { columns, eventTime }: ContractPlan): readonly string[] {
  switch (rule.kind) {
    case 'unique':
      return [...rule.columns, eventTime];
    case 'noDuplicates':
      return columns.map(({ name }) => name);
    case 'inOrder':
      return [rule.by, eventTime, ...(rule.per === null ? [] : [rule.per])];
    case 'gapAtMost':
      return [eventTime, ...(rule.per === null ? [] : [rule.per])];
    case 'references':
      return [rule.column];
  }
}

function repeatedValues(contract: ContractPlan, rule: UniqueRulePlan, rows: ComparedRows): string {
  const values = rule.columns.map((name) => column(contract, name));
  const known = { ...rows, from: `${rows.from} WHERE ${values.map((value) => `${value} IS NOT NULL`).join(' AND ')}` };
  if (rule.withinMs === undefined) return repeated(known, ['hour', ...values]);
  const time = eventTime(contract);
  const before = `lag(${time}) OVER (PARTITION BY ${values.join(', ')} ORDER BY ${rows.order})`;
  return `SELECT hour, row FROM (SELECT hour, row, ${time} AS event, ${before} AS before
    FROM (${candidates(known, values)})) WHERE ${apart('event', 'before')} <= ${micros(rule.withinMs)}`;
}

function repeated(rows: ComparedRows, values: readonly string[]): string {
  const place = `row_number() OVER (PARTITION BY ${values.join(', ')} ORDER BY ${rows.order})`;
  return `SELECT hour, row FROM (SELECT hour, row, ${place} AS place FROM (${candidates(rows, values)})) WHERE place > 1`;
}

/**
 * Rows of which others have the same hash, and of which one is judged: few, as a rule, and all that a window must sort.
 * Equal values hash alike.
 */
function candidates({ from, judged }: ComparedRows, values: readonly string[]): string {
  const hash = `hash(${values.join(', ')})`;
  const among =
    judged === undefined ? '' : ` WHERE ${hash} IN (SELECT ${hash} FROM (SELECT * FROM ${from}) WHERE ${judged})`;
  const twice = `SELECT ${hash} AS hashed FROM (SELECT * FROM ${from})${among} GROUP BY hashed HAVING count(*) > 1`;
  return `SELECT * FROM (SELECT * FROM ${from}) WHERE ${hash} IN (${twice})`;
}

/** Rows of one time have no order: only those strictly before are compared. Event times are in microseconds. */
function outOfOrder(contract: ContractPlan, { per, by, withinMs }: InOrderPlan, { from }: ComparedRows): string {
  const value = column(contract, by);
  const span = `RANGE BETWEEN INTERVAL ${withinMs} MILLISECONDS PRECEDING AND INTERVAL 1 MICROSECOND PRECEDING`;
  const highest = `max(${value}) OVER (${perValue(contract, per)} ORDER BY ${eventTime(contract)} ${span})`;
  const known = [by, ...(per === null ? [] : [per])].map((name) => `${column(contract, name)} IS NOT NULL`);
  return `SELECT hour, row FROM (SELECT hour, row, ${value} AS value, ${highest} AS highest
    FROM ${from} WHERE ${known.join(' AND ')}) WHERE value < highest`;
}

/** The row that ends a gap; of rows of one time, the first. */
function afterGaps(contract: ContractPlan, rule: GapAtMostPlan, { from, order }: ComparedRows): string {
  const time = eventTime(contract);
  const known = rule.per === null ? '' : ` WHERE ${column(contract, rule.per)} IS NOT NULL`;
  const before = `lag(${time}) OVER (${perValue(contract, rule.per)} ORDER BY ${order})`;
  const gap = apart('event', 'before');
  return `SELECT hour, row FROM (SELECT hour, row, ${time} AS event, ${before} AS before FROM ${from}${known})
    WHERE ${gap} > ${micros(rule.atMostMs)} AND ${gap} <= ${micros(rule.withinMs)}`;
}

function dangling(value: string, { from }: ComparedRows, referred: string): string {
  return `SELECT hour, row FROM (SELECT * FROM ${from}) ANTI JOIN (${referred}) ON ${value} = value WHERE ${value} IS NOT NULL`;
}

function perValue(contract: ContractPlan, per: string | null): string {
  return per === null ? '' : `PARTITION BY ${column(contract, per)}`;
}

function column(contract: ContractPlan, name: string): string {
  return `v${ruledColumn(contract, name).k}`;
}

function eventTime(contract: ContractPlan): string {
  return `v${eventColumn(contract)}`;
}

function apart(later: string, earlier: string): string {
  return `epoch_us(${later}) - epoch_us(${earlier})`;
}

function micros(ms: number): string {
  return String(BigInt(ms) * 1_000n);
}
