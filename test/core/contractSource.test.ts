import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ColumnCheck, ColumnPlan, ContractPlan } from '../../core/contractPlan.ts';
import { columnSource } from '../../core/contractSource/columnSource.ts';
import { contractSource, referredTo } from '../../core/contractSource/contractSource.ts';
import { variable } from '../../core/contractSource/variable.ts';
import * as words from '../../index.ts';
import { columnsOf } from '../../words/columnsOf.ts';
import { formatSource } from '../../words/textFormats.ts';
import { somePlan } from './somePlan.ts';

/** The plan that zod gives of a column's source. */
function readBack(source: string, name: string): ColumnPlan | undefined {
  const schema = new Function('z', `return ${source};`)(z) as z.ZodType;
  return columnsOf(z.object({ [name]: schema }), 'c')[0];
}

const some = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.option(values, { nil: undefined }).map((value) => (value === undefined ? [] : [value]));

/** At most one check of each list: of two on one side zod keeps the stricter. */
function bounds(value: fc.Arbitrary<number>, sides: readonly ColumnCheck['kind'][][]): fc.Arbitrary<ColumnCheck[]> {
  const each = sides.map((kinds) =>
    some(fc.tuple(fc.constantFrom(...kinds), value).map(([kind, number]) => ({ kind, value: number }) as ColumnCheck)),
  );
  return fc.tuple(...each).map((checks) => checks.flat().sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)));
}

const order: readonly ColumnCheck['kind'][] = ['min', 'moreThan', 'max', 'lessThan', 'minLength', 'maxLength'];

const number = fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => value + 0);
const numeric: ColumnCheck['kind'][][] = [
  ['min', 'moreThan'],
  ['max', 'lessThan'],
];
const pattern = fc
  .constantFrom('^[A-Z]{3}$', 'a/b', '^\\d+$', "it's", '"')
  .map((value): ColumnCheck => ({ kind: 'pattern', value: new RegExp(value).source }));
const listed = fc.oneof(
  fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1, maxLength: 4 }),
  fc.uniqueArray(fc.constantFrom(1, 2, 30), { minLength: 1, maxLength: 3 }),
);

const column: fc.Arbitrary<ColumnPlan> = fc
  .oneof(
    fc.record({ type: fc.constant('number' as const), checks: bounds(number, numeric) }),
    fc.record({ type: fc.constant('int' as const), checks: bounds(fc.integer(), numeric) }),
    fc.record({ type: fc.constant('boolean' as const), checks: fc.constant([]) }),
    fc.record({
      type: fc.constant('date' as const),
      checks: bounds(fc.integer({ min: 0, max: 4e12 }), [['min'], ['max']]),
    }),
    fc
      .tuple(bounds(fc.nat({ max: 500 }), [['minLength'], ['maxLength']]), some(pattern))
      .map(([lengths, patterns]) => ({ type: 'string' as const, checks: [...lengths, ...patterns] })),
    listed.map((values) => ({
      type: typeof values[0] === 'string' ? ('string' as const) : ('int' as const),
      checks: [{ kind: 'oneOf' as const, values }],
    })),
  )
  .chain(({ type, checks }) => fc.boolean().map((nullable) => ({ name: 'x', type, nullable, checks })));

test('the source of a column gives the same column when it is read back', () => {
  fc.assert(
    fc.property(column, (plan) => {
      const read = readBack(columnSource(plan), 'x');
      expect({ ...read, checks: read?.checks.filter(isSaid) }).toEqual(plan);
    }),
  );
});

/** Every whole number is within these, whether it is said or not. */
function isSaid(check: ColumnCheck): boolean {
  return !('value' in check && Math.abs(Number(check.value)) === Number.MAX_SAFE_INTEGER);
}

/** The plan that a contract's source gives; contracts that it refers to have each column that is asked for. */
function planOf(source: string, plan: ContractPlan): ContractPlan {
  const body = source.replace(/^import .*$/gm, '').replace(/^export const \S+ = /m, 'return ');
  const referred = new Map(referredTo(plan).map((id) => [variable(id), id]));
  const scope = { ...words, z, references: referenceIn(plan), ...Object.fromEntries(referred) };
  return new Function(...Object.keys(scope), body)(...Object.values(scope)).plan;
}

/** The word by contracts' ids: which type the other column has is the other contract's to say. */
function referenceIn(plan: ContractPlan) {
  return (column: string, contract: string, name: string) => {
    const type = plan.columns.find((one) => one.name === column)?.type;
    return { kind: 'references', column, to: { contract, column: name, type } };
  };
}

test('the source of a contract gives the same contract when it is read back', () => {
  fc.assert(
    fc.property(somePlan, (plan) => {
      const source = contractSource(plan, { above: ['a\nb'], columns: { when: 'a\u2028b' } }, formatSource);
      expect(planOf(source, plan)).toEqual(plan);
    }),
    { numRuns: 300 },
  );
});

test('a source imports what it uses and no more', () => {
  fc.assert(
    fc.property(somePlan, (plan) => {
      const source = contractSource(plan, { above: [], columns: {} }, formatSource);
      const imported = /^import \{ (.*) \} from 'whetstone';$/m.exec(source)?.[1]?.split(', ') ?? [];
      const rules = source.replace(/^import .*$/gm, '').replace(/^ {2}row: [\s\S]*?^ {2}\}\),$/m, '');
      const rest = rules.replace(/'(?:[^'\\]|\\.)*'/g, "''");
      const used = Object.keys(words).filter((word) => new RegExp(`(?<![\\w.$])${word}[.(]`).test(rest));
      expect(imported).toEqual(used.sort());
    }),
    { numRuns: 100 },
  );
});

test('the limits of every whole number are not said', () => {
  const checks = columnsOf(z.object({ x: z.int() }), 'c')[0]?.checks ?? [];
  expect(columnSource({ name: 'x', type: 'int', nullable: true, checks })).toBe('z.int().nullable()');
});
