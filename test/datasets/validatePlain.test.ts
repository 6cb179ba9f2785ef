import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ColumnPlan, ContractPlan } from '../../core/contractPlan.ts';
import type { RowRulePlan } from '../../core/rowRulePlan.ts';
import { rowRules } from '../../core/rowRules.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { hourStart } from '../../core/time.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { hoursRange } from '../../datasets/partitions/hoursRange.ts';
import { lookUpPartitions } from '../../datasets/partitions/lookUpPartitions.ts';
import { validatePlain } from '../../datasets/partitions/validatePlain.ts';
import { validateRows } from '../../datasets/partitions/validateRows.ts';
import { PlainHours } from '../../datasets/plain/plainHours.ts';
import { readQuarantine } from '../../datasets/quarantine/readQuarantine.ts';
import { compileContract } from '../../datasets/rules/compileContract.ts';
import { indexSource, sourceTable } from '../../datasets/sources/indexSource.ts';
import { objectKey } from '../../storage/objects.ts';
import { column, flights, openWorkbench, type Workbench } from './workbench.ts';

// What is judged in this process is judged as DuckDB does it: the same partitions, whatever the contract and the rows.

/** How many random contracts are tried: more with WHET_PROPERTY_RUNS=500. */
const runs = Number(process.env.WHET_PROPERTY_RUNS ?? 6);

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

const judgedAt = Date.UTC(2001, 0, 1, 1, 30);

/** The partitions of a source's hours, by both ways; each in a store of its own. */
async function judgedBoth(contract: ContractPlan, lines: readonly string[]) {
  await writeFile(join(bench.folder, 'x.ndjson'), `${lines.join('\n')}\n`);
  const judged = async (work: typeof validatePlain) => {
    const ports = bench.emptied();
    const index = await indexSource(ports, contract);
    const hours = index.hours.map(({ hour }) => hour);
    const { fresh } = await lookUpPartitions(ports, contract, index, hours, undefined, undefined, judgedAt);
    const wanted = fresh.filter(({ hour }) => hour !== 'undated');
    const source = await sourceTable(ports, index, wanted);
    const parts = await work(
      ports,
      { contract, compiled: compileContract(contract, judgedAt), source },
      wanted,
      () => {},
      1,
    );
    return parts && { parts: parts.map(withoutObject), rows: await rowsOf(ports, contract, parts) };
  };
  const inDuckdb: typeof validatePlain = (ports, judging, wanted, onStored) =>
    validateRows(ports, judging, wanted, hoursRange(wanted), onStored);
  return { plain: await judged(validatePlain), strict: await judged(inDuckdb) };
}

/** The same rows may be written in other bytes. */
function withoutObject({ object, ...part }: PartitionVersion) {
  return { ...part, hasObject: object !== null };
}

async function rowsOf(ports: DataPorts, contract: ContractPlan, parts: readonly PartitionVersion[]) {
  const clean = [];
  for (const { object } of parts) {
    const file = object === null ? null : await ports.store.file(objectKey(object));
    if (file === null) continue;
    clean.push(await ports.database.rows(`DESCRIBE SELECT * FROM read_parquet('${file}')`));
    clean.push(await ports.database.rows(`SELECT COLUMNS(*)::VARCHAR FROM read_parquet('${file}')`));
  }
  return { clean, bad: await readQuarantine(ports, contract, parts) };
}

const bounds = fc.constantFrom('min', 'max', 'moreThan', 'lessThan');
const wholeCheck = fc.oneof(
  fc.record({ kind: bounds, value: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0.5, -1.5)) }),
  fc.constant({ kind: 'oneOf' as const, values: [-1, 0, 1, 2, 7] }),
);
const numberCheck = fc.record({ kind: bounds, value: fc.constantFrom(0, 0.1, 0.3, -2.5, 1e5) });
const dateCheck = fc.record({ kind: bounds, value: fc.constantFrom(Date.UTC(2001, 0, 1, 1), Date.UTC(2001, 0, 2)) });
const textCheck = fc.oneof(
  fc.record({ kind: fc.constantFrom('minLength' as const, 'maxLength' as const), value: fc.nat(4) }),
  fc.constantFrom({ kind: 'pattern' as const, value: '^[a-z]*$' }, { kind: 'oneOf' as const, values: ['a', 'b', 'é'] }),
);
const checksOf = { count: wholeCheck, amount: numberCheck, note: textCheck, other: textCheck, seen: dateCheck };

const comparison = fc.constantFrom('above', 'atLeast', 'below', 'atMost', 'equals', 'differsFrom');
const compare = fc.oneof(
  fc.tuple(comparison, fc.constantFrom('count', 'amount'), fc.constantFrom('count', 'amount')),
  fc.tuple(comparison, fc.constant('at'), fc.constant('seen')),
  fc.tuple(fc.constantFrom('equals', 'differsFrom'), fc.constant('note'), fc.constant('other')),
  fc.tuple(comparison, fc.constantFrom('count', 'amount'), fc.constantFrom(0, 1, 0.5)),
  fc.tuple(comparison, fc.constant('seen'), fc.constant(Date.UTC(2001, 0, 1, 2))),
  fc.tuple(fc.constantFrom('equals', 'differsFrom'), fc.constant('note'), fc.constantFrom('a', 'zz')),
);
const compared = compare.map(([is, column, to]) => {
  return {
    kind: 'compare' as const,
    column,
    is,
    to: typeof to === 'string' && to in checksOf ? { column: to } : { value: to },
  };
});
const rule = fc.oneof(
  compared,
  fc.record({ kind: fc.constant('requiredWhen'), column: fc.constantFrom('count', 'note'), when: compared }),
  fc.constant({ kind: 'within', column: 'seen', after: 'at', atMostMs: 3_600_000, orBeforeMs: 60_000 }),
  fc.record({
    kind: fc.constant('notInFuture'),
    column: fc.constantFrom('at', 'seen'),
    byMs: fc.constantFrom(0, 600_000),
  }),
) as fc.Arbitrary<RowRulePlan>;

const types = {
  count: 'int',
  amount: 'number',
  note: 'string',
  other: 'string',
  seen: 'date',
  done: 'boolean',
} as const;
const columns = fc.tuple(
  fc.constant(column('at', 'date')),
  ...Object.entries(types).map(([name, type]) => {
    const checks = fc.array((checksOf as Record<string, fc.Arbitrary<unknown>>)[name] ?? fc.constant(null), {
      maxLength: type === 'boolean' ? 0 : 2,
    });
    return fc
      .tuple(fc.boolean(), checks)
      .map(([nullable, held]) => ({ ...column(name, type, held as ColumnPlan['checks']), nullable }));
  }),
);

const contracts = fc.tuple(columns, fc.array(rule, { maxLength: 3 }), fc.nat(20)).map(([held, rules, warned]) => {
  const contract: ContractPlan = {
    ...flights({ path: 'x.ndjson' }, 'ndjson'),
    columns: held,
    eventTime: 'at',
    rules: rules.filter((one) => one.kind !== 'compare' || !('column' in one.to) || one.to.column !== one.column),
  };
  const id = rowRules(contract)[warned]?.id;
  return id === undefined ? contract : { ...contract, severity: { [id]: 'warn' as const } };
});

const minute = fc.integer({ min: 0, max: 179 }).map((at) => new Date(Date.UTC(2001, 0, 1, 0, at)).toISOString());
const whole = fc.oneof(fc.integer({ min: -3, max: 9 }), fc.maxSafeInteger());
const float = fc.oneof(
  fc.constantFrom(0, 0.1, 0.3, -2.5, 100_000.25),
  fc.double({ min: 1e-4, max: 1e14, noNaN: true }),
  fc.integer({ min: -99_999, max: 99_999 }).map((value) => value / 100),
);
const text = fc.oneof(fc.constantFrom('a', 'b', 'é', '', 'zz', 'A', '\u{1F600}'), fc.string({ maxLength: 5 }));
const orNull = <T>(held: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(held, { freq: 6 });
const row = fc.record({
  at: minute,
  count: orNull(whole),
  amount: orNull(float),
  note: orNull(text),
  other: orNull(text),
  seen: orNull(minute),
  done: orNull(fc.boolean()),
});
const line = fc.oneof(
  { weight: 60, arbitrary: row.map((held) => JSON.stringify(held)) },
  { weight: 1, arbitrary: row.map((held) => JSON.stringify({ ...held, count: '7' })) },
  { weight: 1, arbitrary: row.map((held) => JSON.stringify({ ...held, count: 2.5 })) },
  { weight: 1, arbitrary: row.map((held) => JSON.stringify(held).replace('"count":', '"count":0e0,"x":')) },
  { weight: 1, arbitrary: fc.constant('{"at":') },
);

test('the same partitions come of rows that are judged here and of rows that DuckDB judges', async () => {
  await fc.assert(
    fc.asyncProperty(contracts, fc.array(line, { minLength: 40, maxLength: 90 }), async (contract, some) => {
      // A field that no line has is a missing column: the first line has them all.
      const all = { at: '2001-01-01', count: 1, amount: 0.1, note: 'a', other: 'b', seen: '2001-01-01', done: true };
      const { plain, strict } = await judgedBoth(contract, [JSON.stringify(all), ...some]);
      expect(plain).toEqual(strict);
    }),
    { numRuns: runs, seed: 11, endOnFailure: true },
  );
});

test('more values than a sketch keeps, long texts and numbers of all sizes come to the same', async () => {
  const contract: ContractPlan = { ...flights({ path: 'x.ndjson' }, 'ndjson'), eventTime: 'at', rules: [] };
  const lines = Array.from({ length: 5_000 }, (_, i) => {
    const note = i % 7 === 0 ? 'é'.repeat(60 + (i % 90)) : `text ${i % 3_000}`;
    const amount = i === 77 ? 5e-324 : [i / 8, 1e-7 * i, -i * 1e12, 0.1 + 0.2, i % 100][i % 5];
    const at = new Date(Date.UTC(1969, 11, 30, 22, 0, 0, i * 1_000)).toISOString();
    return JSON.stringify({ at, count: i % 2 === 0 ? i - 2_000 : 5, amount, note, done: i % 3 === 0 });
  });
  const held = [
    column('count', 'int'),
    column('amount', 'number'),
    column('note', 'string'),
    column('done', 'boolean'),
  ];
  const { plain, strict } = await judgedBoth({ ...contract, columns: [column('at', 'date'), ...held] }, lines);
  expect(plain?.parts.length).toBe(2);
  expect(plain).toEqual(strict);
});

test('rows of another writer, and whole numbers beyond 2^53, are left to DuckDB', async () => {
  const contract: ContractPlan = {
    ...flights({ path: 'x.ndjson' }, 'ndjson'),
    columns: [column('at', 'date'), column('count', 'int')],
    eventTime: 'at',
    rules: [],
  };
  const lines = ['{"at":"2001-01-01","count":9007199254740993}'];
  const { plain, strict } = await judgedBoth(contract, lines);
  expect([plain, strict?.parts[0]?.rows]).toEqual([undefined, 1]);
  const path = join(bench.folder, 'other.parquet');
  await bench.database.run(`COPY (SELECT TIMESTAMP '2001-01-01' AS "at", 1::BIGINT AS count) TO '${path}'`);
  const starts = [hourStart('2001-01-01T00')];
  expect(PlainHours.open({ contract, files: [path], starts, rows: [1] })).toBeUndefined();
});
