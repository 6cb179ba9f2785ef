import { readFile, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeWindow } from '../../core/batchRules.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { validateFile } from '../../datasets/partitions/validateFile.ts';
import { type ValidatedPartitions, validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { readQuarantine } from '../../datasets/quarantine/readQuarantine.ts';
import { freezeSnapshot, latestSnapshot, readSnapshot } from '../../datasets/snapshots/freezeSnapshot.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { column, failure, flights, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

/** Three hours of ten rows each; `change` is SQL over the rows, with `i` the row's number. */
async function write(name: string, change = 'SELECT * FROM rows', order = 'i'): Promise<string> {
  const rows = `SELECT i, TIMESTAMP '2001-01-01' + INTERVAL (i // 10) HOUR + INTERVAL (i % 10) MINUTE AS date,
    CAST(i - 5 AS INTEGER) AS delay, CAST(100 + i AS SMALLINT) AS distance, 'AA' || (i % 10) AS origin, 'BBB' AS destination
    FROM range(30) AS t(i)`;
  const path = join(bench.folder, name);
  const sql = `WITH rows AS (${rows}), changed AS (${change}) SELECT * EXCLUDE i FROM changed ORDER BY ${order}`;
  await bench.database.run(`COPY (${sql}) TO '${path}' (FORMAT parquet)`);
  return path;
}

const hours = ['2001-01-01T00', '2001-01-01T01', '2001-01-01T02'];

async function validated(
  ports: DataPorts,
  contract: ContractPlan,
  asked: readonly string[] = hours,
): Promise<ValidatedPartitions> {
  return validatePartitions(ports, contract, await indexSource(ports, contract), asked, undefined);
}

async function valuesOf(ports: DataPorts, object: string | null): Promise<object[]> {
  return bench.database.rows(
    `SELECT * REPLACE (CAST(date AS VARCHAR) AS date, CAST(delay AS INTEGER) AS delay) FROM read_parquet('${await ports.store.file(`objects/${object}`)}')`,
  );
}

describe('clean rows', () => {
  test('become one object per hour, with canonical types and the ordinal in the source', async () => {
    await write('clean.parquet');
    const ports = bench.emptied();
    const result = await validated(ports, flights({ path: 'clean.parquet' }));
    expect(result.parts.map(({ hour, read, rows, quarantined }) => [hour, read, rows, quarantined])).toEqual(
      hours.map((hour) => [hour, 10, 10, 0]),
    );
    expect(result).toMatchObject({ validated: hours, reused: 0, missing: [], undated: null });
    const file = await ports.store.file(`objects/${result.parts[1]?.object}`);
    const types = await bench.database.rows<{ column_name: string; column_type: string }>(
      `DESCRIBE FROM read_parquet('${file}')`,
    );
    expect(types.map((type) => `${type.column_name} ${type.column_type}`)).toEqual([
      'date TIMESTAMP',
      'delay BIGINT',
      'distance BIGINT',
      'origin VARCHAR',
      'destination VARCHAR',
      '_row BIGINT',
    ]);
    expect((await valuesOf(ports, result.parts[1]?.object ?? ''))[3]).toEqual({
      date: '2001-01-01 01:03:00',
      delay: 8,
      distance: 113n,
      origin: 'AA3',
      destination: 'BBB',
      _row: 3n,
    });
  });

  test('in another order of the file are the same partition', async () => {
    await write('forwards.parquet');
    await write('backwards.parquet', undefined, '-i');
    const [there, back] = [bench.emptied(), bench.emptied()];
    const forwards = await validated(there, flights({ path: 'forwards.parquet' }));
    const backwards = await validated(back, flights({ path: 'backwards.parquet' }));
    expect(backwards.parts.map(({ key, content }) => [key, content])).toEqual(
      forwards.parts.map(({ key, content }) => [key, content]),
    );
    const again = await validated(there, flights({ path: 'backwards.parquet' }));
    expect(again).toMatchObject({ parts: forwards.parts, validated: [], reused: 3 });
  });

  test('an hour without rows is an empty partition, one beyond the source is also reported', async () => {
    await write('gap.parquet', 'SELECT * FROM rows WHERE i // 10 <> 1');
    const result = await validated(bench.emptied(), flights({ path: 'gap.parquet' }), [...hours, '2001-01-01T03']);
    expect(result.parts[1]).toMatchObject({ read: 0, rows: 0, object: null });
    expect(result.parts).toHaveLength(4);
    expect(result.missing).toEqual(['2001-01-01T03']);
  });

  test('0 and -0 are the same content', async () => {
    const contract = {
      ...flights({ path: 'zero.parquet' }),
      columns: [column('date', 'date'), column('x', 'number')],
      rules: [],
    };
    await write('zero.parquet', 'SELECT i, date, CAST(0 AS DOUBLE) AS x FROM rows');
    const zero = await validated(bench.emptied(), contract);
    await write('zero.parquet', "SELECT i, date, CAST('-0.0' AS DOUBLE) AS x FROM rows");
    const minus = await validated(bench.emptied(), contract);
    expect(minus.parts.map(({ content }) => content)).toEqual(zero.parts.map(({ content }) => content));
  });
});

describe('bad rows', () => {
  test('go to quarantine with all their reasons and the values that came', async () => {
    await write(
      'bad.parquet',
      `SELECT * REPLACE (CASE i WHEN 3 THEN -500 WHEN 4 THEN NULL ELSE delay END AS delay,
        CASE WHEN i = 3 THEN 'b!' WHEN i IN (12, 13) THEN 'BBB' ELSE origin END AS origin,
        CASE i WHEN 3 THEN 0 ELSE distance END AS distance) FROM rows`,
    );
    const ports = bench.emptied();
    const contract = flights({ path: 'bad.parquet' });
    const { parts } = await validated(ports, contract);
    expect(parts.map(({ quarantined }) => quarantined)).toEqual([2, 2, 0]);
    expect(parts[0]?.reasons).toEqual({
      'delay.min': 1,
      'delay.required': 1,
      'distance.min': 1,
      'origin.pattern': 1,
    });
    const rows = await readQuarantine(ports, contract, parts);
    expect(rows.map(({ hour, row, reasons }) => [hour, row, reasons])).toEqual([
      ['2001-01-01T00', 3, ['delay.min', 'distance.min', 'origin.pattern']],
      ['2001-01-01T00', 4, ['delay.required']],
      ['2001-01-01T01', 2, ['origin.differsFrom.destination']],
      ['2001-01-01T01', 3, ['origin.differsFrom.destination']],
    ]);
    expect(rows[0]?.values).toEqual({
      date: '2001-01-01 00:03:00',
      delay: '-500',
      distance: '0',
      origin: 'b!',
      destination: 'BBB',
    });
  });

  test('are NaN, infinities, fractions in whole numbers and what does not fit', async () => {
    await write(
      'numbers.parquet',
      `SELECT * REPLACE (CASE i WHEN 0 THEN CAST('nan' AS DOUBLE) WHEN 1 THEN CAST('inf' AS DOUBLE) WHEN 2 THEN 2.7
        WHEN 3 THEN 1e300 WHEN 4 THEN -130.5 WHEN 5 THEN NULL ELSE CAST(delay AS DOUBLE) END AS delay) FROM rows`,
    );
    const ports = bench.emptied();
    const contract = flights({ path: 'numbers.parquet' });
    const { parts } = await validated(ports, contract);
    expect(parts[0]).toMatchObject({ rows: 4, quarantined: 6 });
    expect((await readQuarantine(ports, contract, parts)).map(({ reasons }) => reasons)).toEqual([
      ['delay.finite'],
      ['delay.finite'],
      ['delay.whole'],
      ['delay.type'],
      ['delay.whole', 'delay.min'],
      ['delay.required'],
    ]);
  });

  test('without an event time are a partition of their own, found again', async () => {
    await write(
      'undated.parquet',
      `SELECT * REPLACE (CASE i WHEN 7 THEN NULL WHEN 8 THEN TIMESTAMP 'infinity' ELSE date END AS date) FROM rows`,
    );
    const ports = bench.emptied();
    const contract = flights({ path: 'undated.parquet' });
    const { undated, parts } = await validated(ports, contract);
    expect(undated).toMatchObject({ hour: 'undated', read: 2, quarantined: 2, rows: 0, object: null });
    expect(undated?.reasons).toEqual({ 'date.required': 1, 'date.finite': 1 });
    expect(parts[0]).toMatchObject({ read: 8, rows: 8 });
    const again = await validated(ports, contract);
    expect(again).toMatchObject({ undated, validated: [], reused: 3 });
  });

  test.each([
    [0.005, 'no error'],
    [0.05, 'quarantine.over-budget: expected at most 1 % of the rows'],
  ])('are within the budget or not: a share of %d', async (share, expected) => {
    const path = join(bench.folder, 'share.parquet');
    await bench.database.run(`COPY (SELECT TIMESTAMP '2001-01-01' + INTERVAL (i * 5) SECOND AS date,
      CASE WHEN i % ${1 / share} = 0 THEN 9999 ELSE 5 END AS delay, 300 AS distance, 'AAA' AS origin, 'BBB' AS destination
      FROM range(2000) AS t(i)) TO '${path}' (FORMAT parquet)`);
    const ports = bench.emptied();
    const contract = flights({ path });
    const { parts, undated } = await validated(ports, contract);
    const bad = await readQuarantine(ports, contract, parts);
    expect(bad).toHaveLength(2000 * share);
    expect(bad.every(({ reasons }) => reasons.join() === 'delay.max')).toBe(true);
    const message = await failure((async () => judgeWindow(contract, parts, undated))());
    expect(message).toContain(expected);
    if (share > 0.01) expect(message).toContain('5 % (100 of 2,000); worst rules: delay.max (100)');
  });
});

describe('a run after another', () => {
  test('validates the one hour that changed', async () => {
    await write('grows.parquet');
    const ports = bench.emptied();
    const contract = flights({ path: 'grows.parquet' });
    const first = await validated(ports, contract);
    const snapshot = await freezeSnapshot(ports.store, contract, first.parts);
    await write('grows.parquet', 'SELECT * REPLACE (CASE i WHEN 15 THEN 99 ELSE delay END AS delay) FROM rows');
    const index = await indexSource(ports, contract);
    const progress: unknown[][] = [];
    const second = await validatePartitions(ports, contract, index, hours, snapshot, (...at) => progress.push(at));
    expect(second.validated).toEqual(['2001-01-01T01']);
    expect(second.reused).toBe(2);
    expect(progress).toEqual([[1, 1, 'validated']]);
    expect(second.parts[0]).toEqual(first.parts[0]);
    expect(second.parts[1]?.content).not.toEqual(first.parts[1]?.content);
    expect((await freezeSnapshot(ports.store, contract, second.parts)).id).not.toEqual(snapshot.id);
  });

  test('a budget or a batch rule that changed reads nothing again, a row rule does', async () => {
    await write('rules.parquet');
    const ports = bench.emptied();
    const contract = flights({ path: 'rules.parquet' });
    await validated(ports, contract);
    const budget = await validated(ports, { ...contract, quarantine: { atMost: 0.5 } });
    expect(budget.validated).toEqual([]);
    expect((await validated(ports, { ...contract, rules: [] })).validated).toEqual(hours);
  });

  test('after a crash between quarantine and report gives the same ids', async () => {
    await write('crash.parquet', 'SELECT * REPLACE (CASE i WHEN 15 THEN 9999 ELSE delay END AS delay) FROM rows');
    const ports = bench.emptied();
    const contract = flights({ path: 'crash.parquet' });
    const before = await validated(ports, contract);
    await ports.store.remove(`datasets/flights/partitions/${before.parts[1]?.key}/report.json`);
    const after = await validated(ports, contract);
    expect(after.validated).toEqual(['2001-01-01T01']);
    expect(after.parts).toEqual(before.parts);
  });

  test('never sees old bytes of a file that was written over at once', async () => {
    const contract = flights({ path: 'over.parquet' });
    await write('over.parquet', 'SELECT * REPLACE (1000 AS delay) FROM rows');
    const one = await readFile(join(bench.folder, 'over.parquet'));
    await write('over.parquet', 'SELECT * REPLACE (1001 AS delay) FROM rows');
    const other = await readFile(join(bench.folder, 'over.parquet'));
    expect(one.length).toBe(other.length);
    const hashes = new Set<string>();
    for (const bytes of [one, other, one, other]) {
      await writeFile(join(bench.folder, 'over.parquet'), bytes);
      const { hours: found } = await indexSource(bench.emptied(), contract);
      hashes.add(found.map(({ hash }) => hash).join());
    }
    expect(hashes.size).toBe(2);
  });

  test('refuses a file that was written to after it was indexed', async () => {
    await write('moving.parquet');
    const contract = flights({ path: 'moving.parquet' });
    const ports = bench.emptied();
    const index = await indexSource(ports, contract);
    await write('moving.parquet', 'SELECT * REPLACE (delay + 1 AS delay) FROM rows');
    const message = await failure(validatePartitions(ports, contract, index, hours, undefined));
    expect(message).toMatch(/^source\.changed: .*10 rows with other values/);
  });
});

describe('a snapshot', () => {
  test('is found by its id and as the latest one', async () => {
    await write('frozen.parquet');
    const ports = bench.emptied();
    const contract = flights({ path: 'frozen.parquet' });
    expect(await latestSnapshot(ports.store, 'flights')).toBeUndefined();
    const { parts } = await validated(ports, contract);
    const snapshot = await freezeSnapshot(ports.store, contract, parts);
    expect(snapshot.id).toMatch(/^sn1-[0-9a-f]{64}$/);
    expect(await freezeSnapshot(ports.store, contract, parts)).toEqual(snapshot);
    expect(await readSnapshot(ports.store, snapshot.id)).toEqual(snapshot);
    expect(await latestSnapshot(ports.store, 'flights')).toEqual(snapshot);
  });

  test('of three days of flights has the same id from two empty stores', async () => {
    const contract = flights({ sample: 'flights-3m' });
    const days = Array.from({ length: 72 }, (_, hour) =>
      new Date(Date.UTC(2001, 2, 1, hour)).toISOString().slice(0, 13),
    );
    const freeze = async () => {
      const ports = bench.emptied();
      const { parts, validated: fresh, missing } = await validated(ports, contract, days);
      expect([fresh.length, missing.length]).toEqual([72, 0]);
      return freezeSnapshot(ports.store, contract, parts);
    };
    const [first, second] = [await freeze(), await freeze()];
    expect(second).toEqual(first);
    expect(first.parts.reduce((sum, part) => sum + part.read, 0)).toBeGreaterThan(40_000);
    // Changes when the output of validation or freezing changes: then raise partitionVersion or snapshotVersion.
    expect(first.id).toMatchInlineSnapshot(`"sn1-8b8be849d7e8b07d9836b1847ae4bda3a14e18d6a76d6f90b8e5770841cddd71"`);
  });
});

describe('a source that cannot be used', () => {
  const message = (contract: ContractPlan) => failure(indexSource(bench.emptied(), contract));

  test('is not there, has no bytes, no rows, or is cut short', async () => {
    expect(await message(flights({ path: 'absent.parquet' }))).toMatch(/^source\.unreadable: .*nothing there/);
    await writeFile(join(bench.folder, 'nothing.parquet'), '');
    expect(await message(flights({ path: 'nothing.parquet' }))).toMatch(/^source\.empty: .*a file of 0 bytes/);
    await write('norows.parquet', 'SELECT * FROM rows WHERE false');
    expect(await message(flights({ path: 'norows.parquet' }))).toMatch(/^source\.empty: .*none/);
    const path = await write('cut.parquet');
    await truncate(path, (await readFile(path)).length - 100);
    expect(await message(flights({ path: 'cut.parquet' }))).toMatch(/^source\.unreadable: .*cut\.parquet/);
  });

  test('is damaged inside', async () => {
    const path = await write('damaged.parquet');
    const bytes = await readFile(path);
    bytes.fill(0xff, 4, 200);
    await writeFile(path, bytes);
    expect(await message(flights({ path: 'damaged.parquet' }))).toMatch(/^source\.unreadable: /);
  });

  test('lacks a column, or has it with another type', async () => {
    await write('lacks.parquet', 'SELECT * RENAME (origin AS Orign) FROM rows');
    expect(await message(flights({ path: 'lacks.parquet' }))).toMatch(
      /^schema\.missing-column: .*'origin'.*did you mean 'Orign'\?/,
    );
    await write('text.parquet', 'SELECT * REPLACE (CAST(delay AS VARCHAR) AS delay) FROM rows');
    expect(await message(flights({ path: 'text.parquet' }))).toMatch(/^schema\.wrong-type: .*'delay'.*VARCHAR/);
  });

  test('is sample data that there is not', async () => {
    expect(await message(flights({ sample: 'flights-2m' }))).toMatch(/^sample\.unknown: .*did you mean 'flights-3m'/);
  });
});

describe('column types', () => {
  test.each([
    ['TIMESTAMP_S', 'CAST(date AS TIMESTAMP_S)'],
    ['TIMESTAMP_MS', 'CAST(date AS TIMESTAMP_MS)'],
    ['TIMESTAMP_NS', 'CAST(date AS TIMESTAMP_NS)'],
    ['TIMESTAMPTZ', 'CAST(date AS TIMESTAMPTZ)'],
  ])('%s is a date like any other', async (type, sql) => {
    await write('plain.parquet');
    await write(`${type}.parquet`, `SELECT * REPLACE (${sql} AS date) FROM rows`);
    const plain = await validated(bench.emptied(), flights({ path: 'plain.parquet' }));
    const other = await validated(bench.emptied(), flights({ path: `${type}.parquet` }));
    expect(other.parts.map(({ content }) => content)).toEqual(plain.parts.map(({ content }) => content));
  });

  test('a DATE is its midnight, a DECIMAL a number, an old date is read', async () => {
    const columns = [column('date', 'date'), column('x', 'int'), column('y', 'number')];
    const contract = { ...flights({ path: 'others.parquet' }), columns, rules: [] };
    await write(
      'others.parquet',
      `SELECT i, DATE '1066-10-14' + CAST(i // 10 AS INTEGER) AS date,
      CAST(i / 2 AS DECIMAL(9, 1)) AS x, CAST(i AS UBIGINT) AS y FROM rows`,
    );
    const result = await validated(bench.emptied(), contract, ['1066-10-14T00', '1066-10-15T00']);
    expect(result.parts.map(({ read, quarantined, reasons }) => [read, quarantined, reasons])).toEqual([
      [10, 5, { 'x.whole': 5 }],
      [10, 5, { 'x.whole': 5 }],
    ]);
  });

  test('rules beyond 62 have a mask of their own, and each keeps its reasons', async () => {
    await write('many.parquet');
    const checks = Array.from({ length: 130 }, (_, k) => ({ kind: 'max', value: k - 5 }) as const);
    const contract = {
      ...flights({ path: 'many.parquet' }),
      columns: [column('date', 'date'), column('delay', 'int', checks)],
      rules: [],
    };
    const ports = bench.emptied();
    const { parts } = await validated(ports, contract);
    const rows = await readQuarantine(ports, contract, parts);
    // Row i has delay i - 5: it breaks max k - 5 for all k below i.
    expect(rows.map(({ reasons }) => reasons.length)).toEqual(Array.from({ length: 29 }, (_, i) => i + 1));
  });
});

test('validateFile tells of a whole file', async () => {
  const path = await write(
    'whole.parquet',
    'SELECT * REPLACE (CASE WHEN i > 26 THEN -999 ELSE delay END AS delay) FROM rows',
  );
  await utimes(path, 1, 1);
  const report = await validateFile(bench.emptied(), flights({ sample: 'flights-3m' }), path);
  expect(report).toMatchObject({
    contract: 'flights',
    rows: 30,
    quarantined: 3,
    share: 0.1,
    withinBudget: false,
    hours: { first: '2001-01-01T00', last: '2001-01-01T02' },
    undated: 0,
    rules: [{ rule: 'delay.min', text: 'delay is at least -120', rows: 3 }],
  });
  expect(report.samples.map(({ row }) => row)).toEqual([27, 28, 29]);
});
