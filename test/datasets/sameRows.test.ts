import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ColumnPlan, ContractPlan, SourceKind } from '../../core/contractPlan.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { column, flights, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

const nullable = (held: ColumnPlan): ColumnPlan => ({ ...held, nullable: true });
const columns = [
  column('at', 'date'),
  nullable(column('count', 'int', [{ kind: 'max', value: 1000 }])),
  nullable(column('amount', 'number')),
  nullable(column('note', 'string', [{ kind: 'maxLength', value: 6 }])),
  nullable(column('done', 'boolean')),
];
const types: Readonly<Record<string, string>> = {
  at: 'TIMESTAMP',
  count: 'BIGINT',
  amount: 'DOUBLE',
  note: 'VARCHAR',
  done: 'BOOLEAN',
};

const row = fc.record({
  at: fc.integer({ min: 0, max: 4 * 3_600_000 }).map((ms) => new Date(Date.UTC(2001, 0, 1) + ms).toISOString()),
  count: fc.option(fc.oneof(fc.integer(), fc.maxSafeInteger())),
  amount: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  note: fc.option(
    fc.string({ unit: fc.constantFrom('a', '"', '\\', ',', '\u00e9', '\n', ' ', '\u{1F600}'), maxLength: 8 }),
  ),
  done: fc.option(fc.boolean()),
});
type Row = typeof row extends fc.Arbitrary<infer R> ? R : never;

/** Text with quotes around it is no null, and digits are written as JavaScript reads them. */
function csvOf(rows: readonly Row[]): string {
  const field = (value: Row[keyof Row]) =>
    value === null ? '' : typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : JSON.stringify(value);
  return ['at,count,amount,note,done', ...rows.map((held) => Object.values(held).map(field).join()), ''].join('\n');
}

async function partsOf(kind: SourceKind, path: string) {
  const contract: ContractPlan = { ...flights({ path }, kind), columns, eventTime: 'at', rules: [] };
  const ports = bench.emptied();
  const index = await indexSource(ports, contract);
  const { parts } = await validatePartitions(
    ports,
    contract,
    index,
    index.hours.map(({ hour }) => hour),
    undefined,
  );
  return parts.map(({ hour, read, rows, content, reasons }) => ({ hour, read, rows, content, reasons }));
}

test('the same rows as Parquet, CSV and NDJSON give partitions with the same content', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
      const folder = await mkdtemp(join(bench.folder, 'same-'));
      const [parquet, csv, ndjson] = ['parquet', 'csv', 'ndjson'].map((kind) => join(folder, `x.${kind}`)) as [
        string,
        string,
        string,
      ];
      await writeFile(csv, csvOf(rows));
      await writeFile(ndjson, rows.map((held) => `${JSON.stringify(held)}\n`).join(''));
      const struct = JSON.stringify(types).replaceAll("'", "''");
      const lines = `read_csv('${ndjson}', columns = {line: 'VARCHAR'}, delim = '\u0001', quote = '', header = false, auto_detect = false)`;
      await bench.database.run(
        `COPY (SELECT unnest(from_json(line, '${struct}')) FROM ${lines}) TO '${parquet}' (FORMAT parquet)`,
      );
      const expected = await partsOf('parquet', parquet);
      expect(await partsOf('csv', csv)).toEqual(expected);
      expect(await partsOf('ndjson', ndjson)).toEqual(expected);
    }),
    { numRuns: 15 },
  );
});
