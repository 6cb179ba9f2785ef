import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ColumnCheck, ColumnPlan, ContractPlan } from '../../core/contractPlan.ts';
import type { RowRulePlan } from '../../core/rowRulePlan.ts';
import { compileContract } from '../../datasets/rules/compileContract.ts';
import { column, flights, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

function contract(columns: readonly ColumnPlan[], rules: readonly RowRulePlan[] = []): ContractPlan {
  return { ...flights({ path: 'x' }), columns: [column('date', 'date'), ...columns], rules };
}

test('rules have readable ids and say what must hold', () => {
  const { rules } = compileContract(flights({ path: 'x' }));
  expect(rules.map(({ id }) => id)).toEqual([
    'date.required',
    'date.type',
    'date.finite',
    'delay.required',
    'delay.type',
    'delay.finite',
    'delay.whole',
    'delay.min',
    'delay.max',
    'distance.required',
    'distance.type',
    'distance.finite',
    'distance.whole',
    'distance.min',
    'distance.max',
    'origin.required',
    'origin.pattern',
    'destination.required',
    'destination.pattern',
    'origin.differsFrom.destination',
  ]);
  expect(rules.find(({ id }) => id === 'origin.pattern')?.text).toBe('origin matches /^[A-Z0-9]{3}$/');
});

/** Which of the column's rules each value (SQL of its canonical type) breaks. */
async function broken(plan: ColumnPlan, values: readonly string[]): Promise<string[]> {
  const { rules } = compileContract(contract([plan]));
  const own = rules.filter(({ id }) => id.startsWith('x.') && !/required|type|finite|whole/.test(id));
  const results = values.map(async (value) => {
    const row = `SELECT ${value} AS v1, CAST(NULL AS DOUBLE) AS d1`;
    const sql = own.map(({ sql, bit }) => `${sql} AS b${bit}`).join(', ');
    const [found] = await bench.database.rows<Record<string, boolean>>(`SELECT ${sql} FROM (${row})`);
    return own
      .filter(({ bit }) => found?.[`b${bit}`] === true)
      .map(({ id }) => id)
      .join(' ');
  });
  return Promise.all(results);
}

test.each<[type: ColumnPlan['type'], check: ColumnCheck, good: string[], bad: string[]]>([
  ['int', { kind: 'moreThan', value: 2 }, ['3', 'CAST(NULL AS BIGINT)'], ['2', '-9']],
  ['int', { kind: 'lessThan', value: 2.5 }, ['2'], ['3']],
  ['int', { kind: 'multipleOf', value: 3 }, ['0', '-6'], ['4']],
  ['int', { kind: 'oneOf', values: [1, 5] }, ['5', 'CAST(NULL AS BIGINT)'], ['2']],
  ['int', { kind: 'max', value: 9007199254740991 }, ['9007199254740991'], ['9007199254740992']],
  ['number', { kind: 'multipleOf', value: 0.1 }, ['0.3::DOUBLE', '1e6::DOUBLE'], ['0.35::DOUBLE']],
  ['number', { kind: 'min', value: -0.5 }, ['-0.5::DOUBLE'], ['-0.51::DOUBLE']],
  ['string', { kind: 'minLength', value: 2 }, ["'ab'", "'é😀'"], ["'a'", "''", "'😀'"]],
  ['string', { kind: 'maxLength', value: 1 }, ["'é'", "'😀'", 'CAST(NULL AS VARCHAR)'], ["'😀a'"]],
  ['string', { kind: 'oneOf', values: ["it's", 'b'] }, ["'it''s'"], ["'B'"]],
  ['number', { kind: 'multipleOf', value: 0.07 }, ['2.03::DOUBLE'], ['2.04::DOUBLE']],
  ['string', { kind: 'pattern', value: '^a|b$' }, ["'ax'", "'xb'", "'a'"], ["'xa'", "'bx'"]],
  ['string', { kind: 'pattern', value: '^(a|b)$' }, ["'a'", "'b'"], ["'ab'", "'a' || chr(10)"]],
  ['string', { kind: 'pattern', value: '^[)|(]$' }, ["'|'", "')'"], ["'||'"]],
  ['string', { kind: 'pattern', value: '^a\\$' }, ["'a$'", "'a$b'"], ["'a'"]],
  ['string', { kind: 'pattern', value: '^a\\\\$' }, ["'a\\'"], ["'a\\b'", "'a$'"]],
  ['string', { kind: 'pattern', value: '^(?:a$|^b)$' }, ["'a'", "'b'"], ["'ab'"]],
  ['string', { kind: 'pattern', value: '^a' }, ["'ab'"], ["'ba'"]],
  ['string', { kind: 'format', name: 'b', pattern: '^b$' }, ["'b'", 'CAST(NULL AS VARCHAR)'], ["'bb'"]],
  [
    'date',
    { kind: 'max', value: Date.UTC(2001, 0) },
    ["TIMESTAMP '2001-01-01'"],
    ["TIMESTAMP '2001-01-01 00:00:00.000001'"],
  ],
  [
    'date',
    { kind: 'min', value: Date.UTC(2001, 0) },
    ["TIMESTAMP '2001-01-01'"],
    ["TIMESTAMP '2000-12-31 23:59:59.999'"],
  ],
])('%s %j', async (type, check, good, bad) => {
  const plan = column('x', type, [check]);
  expect(await broken(plan, good)).toEqual(good.map(() => ''));
  expect(await broken(plan, bad)).toEqual(bad.map(() => `x.${check.kind}`));
});

test.each<[rule: RowRulePlan, good: string, bad: string]>([
  [{ kind: 'compare', column: 'a', is: 'above', to: { column: 'b' } }, '2, NULL, 1, NULL', '1, NULL, 1, NULL'],
  [{ kind: 'compare', column: 'a', is: 'atMost', to: { column: 'b' } }, 'NULL, NULL, 1, NULL', 'NULL, 1.5, 1, NULL'],
  [{ kind: 'compare', column: 'a', is: 'equals', to: { value: 7 } }, '7, NULL, 1, NULL', 'NULL, 7.5, 1, NULL'],
  [{ kind: 'compare', column: 'a', is: 'differsFrom', to: { column: 'b' } }, '1, NULL, NULL, NULL', '1, NULL, 1, NULL'],
])('%j', async (rule, good, bad) => {
  const { rules } = compileContract(contract([column('a', 'int'), column('b', 'int')], [rule]));
  const sql = rules.at(-1)?.sql;
  const judge = async (row: string) => {
    const [v1, d1, v2, d2] = row.split(', ');
    const source = `SELECT ${v1}::BIGINT AS v1, ${d1}::DOUBLE AS d1, ${v2}::BIGINT AS v2, ${d2}::DOUBLE AS d2`;
    return (await bench.database.rows<{ broken: boolean }>(`SELECT (${sql}) IS TRUE AS broken FROM (${source})`))[0]
      ?.broken;
  };
  expect([await judge(good), await judge(bad)]).toEqual([false, true]);
});

test('two rules of one kind have ids of their own, a nullable column has no `required`', () => {
  const patterns: ColumnCheck[] = [
    { kind: 'pattern', value: 'a' },
    { kind: 'pattern', value: 'b' },
  ];
  const { rules } = compileContract(contract([{ ...column('x', 'string', patterns), nullable: true }]));
  expect(rules.map(({ id }) => id).filter((id) => id.startsWith('x'))).toEqual(['x.pattern', 'x.pattern.2']);
});

test.each<[what: string, plan: ContractPlan, message: RegExp]>([
  [
    'a lookahead',
    contract([column('x', 'string', [{ kind: 'pattern', value: '(?=a)' }])]),
    /^contract\.uncompilable: .*'x'.*\(\?=a\)/,
  ],
  [
    'a pattern on a number',
    contract([column('x', 'int', [{ kind: 'pattern', value: 'a' }])]),
    /^contract\.uncompilable: .*'pattern' on a int/,
  ],
  [
    'a text among numbers',
    contract([column('x', 'int', [{ kind: 'oneOf', values: ['a'] }])]),
    /^contract\.uncompilable/,
  ],
  ['a name of the engine', contract([column('_row', 'int')]), /^contract\.uncompilable: .*'_row'/],
  [
    'names that differ in case alone',
    contract([column('a', 'int'), column('A', 'int')]),
    /^contract\.uncompilable: .*'A'/,
  ],
  ['an event time that is no date', { ...contract([column('x', 'int')]), eventTime: 'x' }, /^column\.wrong-type/],
  ['an event time that is not there', { ...contract([]), eventTime: 'x' }, /^column\.unknown/],
  [
    'a rule on no column',
    contract([column('ab', 'int')], [{ kind: 'compare', column: 'ba', is: 'above', to: { value: 1 } }]),
    /^column\.unknown/,
  ],
  [
    'a number against a text',
    contract([column('x', 'int')], [{ kind: 'compare', column: 'x', is: 'above', to: { value: 'a' } }]),
    /^column\.wrong-type/,
  ],
])('%s is refused', (_, plan, message) => {
  expect(() => compileContract(plan)).toThrow(message);
});
