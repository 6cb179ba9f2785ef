import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { ColumnPlan, ContractPlan, SourceKind } from '../../core/contractPlan.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { readQuarantine } from '../../datasets/quarantine/readQuarantine.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { contract, csv, ndjson, parquet } from '../../index.ts';
import { openWorkbench, type Workbench } from './workbench.ts';
import { type Cell, type RandomColumn, randomColumn } from './zodCells.ts';

// DuckDB's verdict of every value is zod's own, for random contracts and random rows. null and a field that is not there
// are one, and are good where the contract lets either come.

/** How many random contracts are tried: more with WHET_PROPERTY_RUNS=500. */
const runs = Number(process.env.WHET_PROPERTY_RUNS ?? 10);

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

const at = '2001-01-01T00:00:00Z';
const nameOf = (k: number): string => `c${k}`;

function planOf(columns: readonly RandomColumn[], kind: SourceKind): ContractPlan {
  const shape = Object.fromEntries(columns.map(({ schema }, k) => [nameOf(k), schema]));
  const source = { csv, ndjson, parquet }[kind](`x.${kind}`);
  return contract('random', { source, row: z.object({ at: z.date(), ...shape }) as never, eventTime: 'at' as never })
    .plan;
}

/** The names of the columns that are wrong, row by row. */
type Verdicts = readonly (readonly string[])[];

function zodVerdicts(columns: readonly RandomColumn[], rows: readonly (readonly Cell[])[]): Verdicts {
  return rows.map((row) =>
    columns.flatMap(({ schema, isDate }, k) => {
      const value = isDate ? instantOf(row[k]?.value) : (row[k]?.value ?? null);
      const isGood = [value, value ?? undefined].some((one) => schema.safeParse(one).success);
      return isGood ? [] : [nameOf(k)];
    }),
  );
}

/** JSON has no dates: a contract reads whole numbers as milliseconds, up to the end of the year 9999. */
function instantOf(value: unknown): unknown {
  const isMs = Number.isInteger(value) && Math.abs(Number(value)) < Date.UTC(10_000, 0);
  return isMs ? new Date(Number(value)) : (value ?? null);
}

async function duckdbVerdicts(plan: ContractPlan, rows: number): Promise<Verdicts> {
  const ports = bench.emptied();
  const index = await indexSource(ports, plan);
  const { parts, undated } = await validatePartitions(ports, plan, index, ['2001-01-01T00'], undefined);
  expect([parts[0]?.read, undated]).toEqual([rows, null]);
  const bad = new Map((await readQuarantine(ports, plan, parts)).map(({ row, reasons }) => [row, reasons]));
  return Array.from({ length: rows }, (_, row) => {
    return [...new Set((bad.get(row) ?? []).map((reason) => reason.split('.')[0] ?? ''))].sort();
  });
}

async function writeNdjson(rows: readonly (readonly Cell[])[]): Promise<void> {
  const lines = rows.map((row) => {
    const fields = row.flatMap(({ json }, k) => (json === undefined ? [] : [`"${nameOf(k)}":${json}`]));
    return `{${[`"at":"${at}"`, ...fields].join(',')}}`;
  });
  await writeFile(join(bench.folder, 'x.ndjson'), `${lines.join('\n')}\n`);
}

/** What a typed file can hold of a value; null in place of all else. */
function typedCell({ value }: Cell, type: ColumnPlan['type']): Cell {
  const held = type === 'date' ? value instanceof Date : typeof value === jsTypes[type];
  return { json: undefined, value: held && value !== Number.POSITIVE_INFINITY ? value : null };
}

const jsTypes = { int: 'number', number: 'number', string: 'string', boolean: 'boolean', date: 'object' } as const;

async function writeCsv(rows: readonly (readonly Cell[])[]): Promise<void> {
  const field = ({ value }: Cell): string => {
    if (value === null) return '';
    if (value instanceof Date) return value.toISOString();
    return typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : String(value);
  };
  const header = ['at', ...(rows[0] ?? []).map((_, k) => nameOf(k))];
  const lines = [header, ...rows.map((row) => [at, ...row.map(field)])];
  await writeFile(join(bench.folder, 'x.csv'), `${lines.map((line) => line.join(',')).join('\n')}\n`);
}

async function writeParquet(rows: readonly (readonly Cell[])[], columns: readonly ColumnPlan[]): Promise<void> {
  const physical = {
    int: 'DOUBLE',
    number: 'DOUBLE',
    string: 'VARCHAR',
    boolean: 'BOOLEAN',
    date: 'TIMESTAMP',
  } as const;
  const sql = ({ value }: Cell, type: ColumnPlan['type']): string => {
    if (value === null) return `CAST(NULL AS ${physical[type]})`;
    const text = value instanceof Date ? value.toISOString().replace('Z', '') : String(value);
    return `CAST('${text.replaceAll("'", "''")}' AS ${physical[type]})`;
  };
  const selects = rows.map((row) => {
    const values = row.map((one, k) => `${sql(one, columns[k]?.type ?? 'string')} AS ${nameOf(k)}`);
    return `SELECT ${[`TIMESTAMP '2001-01-01' AS "at"`, ...values].join(', ')}`;
  });
  await bench.database.run(`COPY (${selects.join(' UNION ALL ')}) TO '${join(bench.folder, 'x.parquet')}'`);
}

const tables = fc.array(randomColumn(), { minLength: 1, maxLength: 8 }).chain((columns) => {
  const row = fc.tuple(...columns.map(({ cells }) => cells));
  // What is told of a table that fails: its contract alone.
  const told = { [fc.toStringMethod]: () => columns.map(schemaText).join(', ') };
  return fc.array(row, { minLength: 40, maxLength: 40 }).map((rows) => ({ columns, rows, ...told }));
});

function schemaText({ schema }: RandomColumn, k: number): string {
  return `${nameOf(k)}: ${JSON.stringify(z.toJSONSchema(schema, { unrepresentable: 'any' }))}`;
}

test("DuckDB's verdict of every value is zod's", async () => {
  await fc.assert(
    fc.asyncProperty(tables, async ({ columns, rows }) => {
      // A field that no line has is a missing column: the first line has them all.
      const first = columns.map((): Cell => ({ json: '0', value: 0 }));
      const all = [first, ...rows];
      await writeNdjson(all);
      const ofNdjson = await duckdbVerdicts(planOf(columns, 'ndjson'), all.length);
      expect(shown(all, ofNdjson)).toEqual(shown(all, zodVerdicts(columns, all)));

      const plans = planOf(columns, 'csv').columns.slice(1);
      const typed = all.map((row) => row.map((one, k) => typedCell(one, plans[k]?.type ?? 'string')));
      const expected = shown(typed, zodVerdicts(columns, typed));
      await writeCsv(typed);
      expect(shown(typed, await duckdbVerdicts(planOf(columns, 'csv'), all.length))).toEqual(expected);
      await writeParquet(typed, plans);
      expect(shown(typed, await duckdbVerdicts(planOf(columns, 'parquet'), all.length))).toEqual(expected);
    }),
    { numRuns: runs, seed: 7, endOnFailure: true },
  );
});

/** The wrong values beside their columns, so that a difference tells itself. */
function shown(rows: readonly (readonly Cell[])[], verdicts: Verdicts): string[] {
  return rows.flatMap((row, at) =>
    row.flatMap(({ json, value }, k) => {
      return verdicts[at]?.includes(nameOf(k)) === true ? [`row ${at}, ${nameOf(k)}: ${json ?? String(value)}`] : [];
    }),
  );
}
