import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ColumnPlan, ContractPlan } from '../../core/contractPlan.ts';
import type { RowRulePlan } from '../../core/rowRulePlan.ts';
import { compileContract } from '../../datasets/rules/compileContract.ts';
import { column, flights, openWorkbench, type Workbench } from './workbench.ts';

// Rules across the columns of one row, with rows on both sides of their border.

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

const open = (plan: ColumnPlan): ColumnPlan => ({ ...plan, nullable: true });
const types = { date: 'TIMESTAMP', int: 'BIGINT', number: 'DOUBLE', string: 'VARCHAR', boolean: 'BOOLEAN' } as const;

function contract(rules: readonly RowRulePlan[]): ContractPlan {
  const columns = [
    column('sent', 'date'),
    open(column('received', 'date')),
    open(column('landed', 'date')),
    open(column('status', 'string')),
    open(column('cancelled', 'boolean')),
    open(column('delay', 'int')),
  ];
  return { ...flights({ path: 'x' }), columns, eventTime: 'sent', rules };
}

/** Of each row (SQL of the columns' values, by name; others are null) whether it breaks the rule, and the rule's text. */
async function judged(rule: RowRulePlan, rows: readonly Record<string, string>[], judgedAt?: number) {
  const plan = contract([rule]);
  const found = compileContract(plan, judgedAt).rules.at(-1);
  const selects = rows.map((row) => {
    const values = plan.columns.map(({ name, type }, k) => `CAST(${row[name] ?? 'NULL'} AS ${types[type]}) AS v${k}`);
    const faults = plan.columns.map(({ name }, k) => `${row[name] === undefined ? 1 : 0} AS f${k}`);
    const loose = plan.columns.map((_, k) => `CAST(NULL AS DOUBLE) AS d${k}`);
    return `SELECT ${[...values, ...faults, ...loose].join(', ')}`;
  });
  const sql = selects.map((select) => `SELECT (${found?.sql}) IS TRUE AS broken FROM (${select})`).join(' UNION ALL ');
  const broken = await bench.database.rows<{ broken: boolean }>(sql);
  return { id: found?.id, text: found?.text, broken: broken.map((row) => row.broken) };
}

test('a column is required where another says so, and nowhere else', async () => {
  const when = { kind: 'compare', column: 'status', is: 'equals', to: { value: 'landed' } } as const;
  const rule: RowRulePlan = { kind: 'requiredWhen', column: 'landed', when };
  const rows = [
    { status: "'landed'", landed: "'2001-01-01'" },
    { status: "'landed'" },
    { status: "'Landed'" },
    {},
    { landed: "'2001-01-01'" },
  ];
  expect(await judged(rule, rows)).toEqual({
    id: 'landed.requiredWhen.status.equals.landed',
    text: 'landed is not null where status equals landed',
    broken: [false, true, false, false, false],
  });
});

test.each<[to: number | string | boolean, name: string, good: string, bad: string]>([
  ['landed', 'status', "'landed'", "'late'"],
  ["it's", 'status', "'it''s'", "'its'"],
  [true, 'cancelled', 'true', 'false'],
  [0, 'delay', '0', '1'],
  [Date.UTC(2001, 0), 'received', "'2001-01-01'", "'2001-01-01 00:00:00.001'"],
])('a comparison with the value %j', async (value, name, good, bad) => {
  const rule: RowRulePlan = { kind: 'compare', column: name, is: 'equals', to: { value } };
  const { broken } = await judged(rule, [{ [name]: good }, { [name]: bad }, {}]);
  expect(broken).toEqual([false, true, false]);
});

test('two dates lie within a skew, both ends allowed', async () => {
  const ends = { atMostMs: 600_000, orBeforeMs: 60_000 };
  const rule: RowRulePlan = { kind: 'within', column: 'received', after: 'sent', ...ends };
  const skews = [0, 600_000_000, 600_000_001, -60_000_000, -60_000_001];
  const rows = skews.map((us) => {
    return { sent: "'2001-01-01 12:00'", received: `TIMESTAMP '2001-01-01 12:00' + to_microseconds(${us})` };
  });
  expect(await judged(rule, [...rows, { sent: "'2001-01-01'" }])).toEqual({
    id: 'received.within.sent',
    text: 'received is within 10 minutes after sent, or 1 minute before',
    broken: [false, false, true, false, true, false],
  });
});

test('a date is not in the future of the time that is given, and without one there is no verdict', async () => {
  const rule: RowRulePlan = { kind: 'notInFuture', column: 'received', byMs: 300_000 };
  const at = Date.UTC(2001, 0, 1, 12);
  const rows = ['12:00', '12:05', '12:05:00.000001', '23:00'].map((time) => ({ received: `'2001-01-01 ${time}'` }));
  expect(await judged(rule, [...rows, {}], at)).toEqual({
    id: 'received.notInFuture',
    text: 'received is not in the future by more than 5 minutes',
    broken: [false, false, true, true, false],
  });
  expect(() => compileContract(contract([rule]))).toThrow(/^input\.invalid: .*'received'/);
});

test('the rules of columns that are not there, or are no dates, are refused', () => {
  const within = { kind: 'within', atMostMs: 1, orBeforeMs: 0 } as const;
  const wrong: RowRulePlan[] = [
    { ...within, column: 'recieved', after: 'sent' },
    { ...within, column: 'received', after: 'status' },
    { kind: 'notInFuture', column: 'delay', byMs: 0 },
  ];
  const messages = wrong.map((rule) => () => compileContract(contract([rule]), 0));
  expect(messages[0]).toThrow(/^column\.unknown: .*'recieved'.*did you mean 'received'/);
  expect(messages[1]).toThrow(/^column\.wrong-type: .*'status', string/);
  expect(messages[2]).toThrow(/^column\.wrong-type: .*'delay', int/);
});
