import fc from 'fast-check';
import type { AcrossRulePlan } from '../../core/acrossRulePlan.ts';
import { acrossRuleId } from '../../core/acrossRules.ts';
import type { BatchRulePlan } from '../../core/batchRulePlan.ts';
import type { ColumnCheck, ColumnPlan, ContractPlan, SourcePlan } from '../../core/contractPlan.ts';
import type { RowRulePlan } from '../../core/rowRulePlan.ts';
import { ruleSeverities } from '../../core/severity.ts';
import { hourMs } from '../../core/time.ts';
import { textFormats } from '../../words/textFormats.ts';

const limit = (kind: ColumnCheck['kind'], value: fc.Arbitrary<number>) =>
  value.map((number) => ({ kind, value: number }) as ColumnCheck);

/** Each of these may be there or not. */
function any(...checks: readonly fc.Arbitrary<ColumnCheck>[]): fc.Arbitrary<ColumnCheck[]> {
  const options = checks.map((check) => fc.option(check, { nil: undefined }));
  return fc.tuple(...options).map((found) => found.flatMap((check) => (check === undefined ? [] : [check])));
}

const number = fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => value + 0);
const multiple = limit('multipleOf', fc.constantFrom(1, 0.5, 3));
const instant = fc.integer({ min: 0, max: 4e12 });
const text = fc.oneof(
  fc
    .constantFrom('^[A-Z]{3}$', 'a\\/b', '^\\d+$', "it's", '"', ': #')
    .map((value): ColumnCheck => ({ kind: 'pattern', value })),
  fc.constantFrom(...textFormats).map(({ name, pattern }): ColumnCheck => ({ kind: 'format', name, pattern })),
);
const listed = fc.oneof(
  fc
    .uniqueArray(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1, maxLength: 4 })
    .map((values) => ({ type: 'string' as const, checks: [{ kind: 'oneOf' as const, values }] })),
  fc
    .uniqueArray(fc.constantFrom(1, 2, 30), { minLength: 1, maxLength: 3 })
    .map((values) => ({ type: 'int' as const, checks: [{ kind: 'oneOf' as const, values }] })),
  fc
    .constantFrom([0.5], [1.5, 2])
    .map((values) => ({ type: 'number' as const, checks: [{ kind: 'oneOf' as const, values }] })),
);

/** A whole number is always within the limits of a double. Of two limits on a side zod keeps the tighter one. */
const whole = fc.tuple(
  fc.oneof(limit('min', fc.oneof(fc.constant(Number.MIN_SAFE_INTEGER), fc.integer())), limit('moreThan', fc.integer())),
  fc.oneof(limit('max', fc.oneof(fc.constant(Number.MAX_SAFE_INTEGER), fc.integer())), limit('lessThan', fc.integer())),
  any(multiple),
);

const judged: fc.Arbitrary<Omit<ColumnPlan, 'name' | 'nullable'>> = fc.oneof(
  listed,
  fc
    .tuple(
      fc.oneof(
        whole.map((checks) => ({ type: 'int' as const, checks: checks.flat() })),
        any(
          fc.oneof(limit('min', number), limit('moreThan', number)),
          fc.oneof(limit('max', number), limit('lessThan', number)),
          multiple,
        ).map((checks) => ({ type: 'number' as const, checks })),
        fc.constant({ type: 'boolean' as const, checks: [] }),
        any(limit('min', instant), limit('moreThan', instant), limit('max', instant), limit('lessThan', instant)).map(
          (checks) => ({ type: 'date' as const, checks }),
        ),
        fc
          .tuple(any(limit('minLength', fc.nat(9)), limit('maxLength', fc.nat(99))), fc.array(text, { maxLength: 3 }))
          .map(([lengths, texts]) => ({ type: 'string' as const, checks: [...lengths, ...texts] })),
      ),
      fc.boolean(),
    )
    .map(([column, coerces]) => (coerces ? { ...column, coerce: true as const } : column)),
);

/** JavaScript puts keys that are whole numbers first, wherever they are written. */
const name = fc.oneof(
  fc.constantFrom('a', 'origin', 'flight_no', 'Größe', 'a b', 'x.y', '1st', '__proto__', "it's", 'class'),
  fc.string({ minLength: 1, maxLength: 8 }).filter((one) => one.trim() !== '' && !/^\d+$/.test(one)),
);
const columns = fc
  .uniqueArray(fc.tuple(name, judged, fc.boolean()), { maxLength: 6, selector: ([one]) => one })
  .map((all) => all.map(([one, column, nullable]): ColumnPlan => ({ name: one, ...column, nullable })));

const source: fc.Arbitrary<SourcePlan> = fc
  .tuple(
    fc.constantFrom('parquet' as const, 'csv' as const, 'ndjson' as const),
    fc.constantFrom({ path: 'data/a b.csv' }, { path: 's3://b/dt=*/x' }, { path: 'x/{a,b}' }, { sample: 'flights-3m' }),
    fc.constantFrom('hour' as const, 'path' as const),
    fc.boolean(),
  )
  .map(([kind, at, partition, nulls]) => ({
    kind,
    at,
    partition,
    ...(nulls && kind === 'csv' ? { nulls: ['NA'] } : {}),
  }));

const share = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0);
const span = fc.oneof(fc.constantFrom(hourMs, 24 * hourMs, 1000, 61_000), fc.integer({ min: 1, max: 1e9 }));
const hours = fc.integer({ min: 1, max: 400 }).map((count) => count * hourMs);

/** Both ends, or one; the smaller first. */
function bounds(value: fc.Arbitrary<number>): fc.Arbitrary<{ atLeast?: number; atMost?: number }> {
  return fc.oneof(
    value.map((atLeast) => ({ atLeast })),
    value.map((atMost) => ({ atMost })),
    fc.tuple(value, value).map(([a, b]) => ({ atLeast: Math.min(a, b), atMost: Math.max(a, b) })),
  );
}

function rowRule(all: readonly ColumnPlan[]): fc.Arbitrary<RowRulePlan>[] {
  const dates = all.filter(({ type }) => type === 'date').map((column) => column.name);
  const values = all.flatMap(({ name: column, type }): { column: string; value: string | number | boolean }[] => {
    if (type === 'date') return [];
    return [{ column, value: type === 'string' ? "it's" : type === 'boolean' ? true : 1.5 }];
  });
  const compared = [
    ...(values.length === 0
      ? []
      : [
          fc
            .tuple(fc.constantFrom(...values), fc.constantFrom('equals' as const, 'differsFrom' as const))
            .map(([{ column, value }, is]) => ({ kind: 'compare' as const, column, is, to: { value } })),
        ]),
    fc
      .tuple(fc.constantFrom(...dates), fc.constantFrom(...dates), fc.constantFrom('above' as const, 'atMost' as const))
      .map(([column, to, is]) => ({ kind: 'compare' as const, column, is, to: { column: to } })),
  ];
  const open = all.filter(({ nullable }) => nullable).map((column) => column.name);
  return [
    ...compared,
    ...(open.length === 0
      ? []
      : [
          fc
            .tuple(fc.constantFrom(...open), fc.oneof(...compared))
            .map(([column, when]) => ({ kind: 'requiredWhen' as const, column, when })),
        ]),
    fc
      .tuple(fc.constantFrom(...dates), fc.constantFrom(...dates), span, fc.oneof(fc.constant(0), span))
      .map(([column, after, atMostMs, orBeforeMs]) => ({
        kind: 'within' as const,
        column,
        after,
        atMostMs,
        orBeforeMs,
      })),
    fc
      .tuple(fc.constantFrom(...dates), fc.oneof(fc.constant(0), span))
      .map(([column, byMs]) => ({ kind: 'notInFuture' as const, column, byMs })),
  ];
}

function acrossRule(all: readonly ColumnPlan[]): fc.Arbitrary<AcrossRulePlan>[] {
  const names = all.map((column) => column.name);
  const sorted = all.filter(({ type }) => type !== 'string' && type !== 'boolean').map((column) => column.name);
  const per = fc.option(fc.constantFrom(...names), { nil: null });
  return [
    fc
      .tuple(
        fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
        fc.option(span, { nil: undefined }),
      )
      .map(([named, withinMs]) => ({
        kind: 'unique' as const,
        columns: named,
        ...(withinMs === undefined ? {} : { withinMs }),
      })),
    fc.constant({ kind: 'noDuplicates' as const }),
    fc
      .tuple(per, fc.constantFrom(...sorted), span)
      .map(([of, by, withinMs]) => ({ kind: 'inOrder' as const, per: of, by, withinMs })),
    fc
      .tuple(per, span)
      .map(([of, atMostMs]) => ({ kind: 'gapAtMost' as const, per: of, atMostMs, withinMs: atMostMs + 1 })),
    fc
      .tuple(
        fc.constantFrom(...names),
        fc.constantFrom('airports', 'air-lines', 'text'),
        fc.constantFrom('code', 'a b'),
      )
      .map(([column, contract, to]) => ({ kind: 'references' as const, column, to: { contract, column: to } })),
  ];
}

function batchRule(all: readonly ColumnPlan[]): fc.Arbitrary<BatchRulePlan>[] {
  const named = (fits: (column: ColumnPlan) => boolean) => all.filter(fits).map((column) => column.name);
  const of = (names: readonly string[], made: (column: string) => fc.Arbitrary<BatchRulePlan>) =>
    names.length === 0 ? [] : [fc.constantFrom(...names).chain(made)];
  const numbers = named(({ type }) => type === 'int' || type === 'number');
  const measure = ['mean', 'min', 'max'] as const;
  return [
    fc
      .tuple(fc.constantFrom('rows' as const, 'rowsPerHour' as const, 'rowsPerDay' as const), bounds(fc.nat(1e9)))
      .map(([kind, ends]) => ({ kind, ...ends })),
    share.map((within) => ({ kind: 'rowsOnNewestDay' as const, within })),
    span.map((withinMs) => ({ kind: 'newestRow' as const, withinMs })),
    hours.map((atMostMs) => ({ kind: 'rowGap' as const, atMostMs })),
    ...of(
      named(({ nullable }) => nullable),
      (column) =>
        bounds(share).map((ends) => ({ kind: 'measure' as const, column, measure: 'nullRate' as const, ...ends })),
    ),
    ...of(numbers, (column) =>
      fc
        .tuple(fc.constantFrom(...measure), bounds(number))
        .map(([one, ends]) => ({ kind: 'measure' as const, column, measure: one, ...ends })),
    ),
    ...of(numbers, (column) =>
      fc.tuple(share, bounds(number)).map(([quantile, ends]) => ({
        kind: 'measure' as const,
        column,
        measure: 'quantile' as const,
        quantile,
        ...ends,
      })),
    ),
    ...of(
      named(() => true),
      (column) => fc.constant({ kind: 'varies' as const, column }),
    ),
    ...of(
      named(({ type }) => type === 'boolean'),
      (column) =>
        bounds(share).map((ends) => ({ kind: 'share' as const, column, is: 'equals' as const, to: true, ...ends })),
    ),
    ...of(numbers, (column) =>
      fc
        .tuple(fc.constantFrom('psi' as const, 'kolmogorovSmirnov' as const), hours, hours, share)
        .map(([by, newestMs, againstMs, atMost]) => ({
          kind: 'drift' as const,
          column,
          by,
          newestMs,
          againstMs,
          atMost,
        })),
    ),
    ...of(
      named(({ type }) => type === 'string'),
      (column) =>
        fc.tuple(hours, hours, fc.nat(9)).map(([newestMs, againstMs, atMost]) => ({
          kind: 'newValues' as const,
          column,
          newestMs,
          againstMs,
          atMost,
        })),
    ),
  ];
}

const some = <T>(rules: readonly fc.Arbitrary<T>[]) => fc.array(fc.oneof(...rules), { maxLength: 5 });

/** Contracts as the words make them: any columns and checks, every kind of rule, any severity that the rule may have. */
export const somePlan: fc.Arbitrary<ContractPlan> = fc
  .tuple(columns, fc.constantFrom('when', 'date'), fc.nat(6))
  .map(([all, eventTime, at]) => {
    const date: ColumnPlan = { name: eventTime, type: 'date', nullable: false, checks: [] };
    return { eventTime, columns: all.filter((column) => column.name !== eventTime).toSpliced(at, 0, date) };
  })
  .chain(({ eventTime, columns: all }) =>
    fc.record({
      id: fc.constantFrom('flights', 'flight-delays', 'a--b', 'rows', 'x-'),
      version: fc.constantFrom('1.0.0', '10.2.33'),
      source,
      key: fc.oneof(
        fc.constant('row number in source partition' as const),
        fc.uniqueArray(fc.constantFrom(...all.map((column) => column.name)), { minLength: 1, maxLength: 3 }),
      ),
      columns: fc.constant(all),
      eventTime: fc.constant(eventTime),
      rules: some(rowRule(all)),
      across: some(acrossRule(all)).map((rules) => {
        const ids = rules.map(acrossRuleId);
        return rules.filter((rule, index) => ids.indexOf(acrossRuleId(rule)) === index);
      }),
      batch: some(batchRule(all)),
      severity: fc.constant({}),
      quarantine: fc.oneof(fc.constant(0.01), share).map((atMost) => ({ atMost })),
    }),
  )
  .chain((plan) => {
    const rules = ruleSeverities(plan);
    const said = rules.map(({ id, may }) => fc.constantFrom(...may).map((value) => [id, value] as const));
    if (said.length === 0) return fc.constant(plan);
    const few = fc.array(fc.nat(said.length - 1), { maxLength: 4 });
    return few
      .chain((indexes) => fc.tuple(...indexes.flatMap((index) => said.slice(index, index + 1))))
      .map((severity) => ({ ...plan, severity: Object.fromEntries(severity) }));
  });
