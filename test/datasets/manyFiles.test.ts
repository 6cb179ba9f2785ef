import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ContractPlan, SourceKind } from '../../core/contractPlan.ts';
import { sourceChanges } from '../../core/sourceChanges.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { validateFile } from '../../datasets/partitions/validateFile.ts';
import { type ValidatedPartitions, validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { readQuarantine } from '../../datasets/quarantine/readQuarantine.ts';
import { freezeSnapshot } from '../../datasets/snapshots/freezeSnapshot.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { filesOf, rememberFiles, seenFiles } from '../../datasets/sources/seenFiles.ts';
import { failure, flights, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
let folder: string;
beforeAll(async () => {
  bench = await openWorkbench();
});
beforeEach(async () => {
  folder = await mkdtemp(join(bench.folder, 'data-'));
});
afterAll(() => bench.close());

interface Flight {
  readonly date: string;
  readonly delay: number;
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
}

function flight(minute: number, change: Partial<Flight> = {}): Flight {
  const date = new Date(Date.UTC(2001, 0, 1, 0, minute)).toISOString();
  return { date, delay: minute % 60, distance: 100 + minute, origin: 'AAA', destination: 'BBB', ...change };
}

/** Twelve rows of an hour. */
function hourOfFlights(hour: number, change: Partial<Flight> = {}): Flight[] {
  return Array.from({ length: 12 }, (_, i) => flight(hour * 60 + i * 5, change));
}

async function put(name: string, rows: readonly Flight[], ending = 'ndjson'): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  if (ending === 'ndjson') await writeFile(path, text);
  if (ending === 'ndjson.gz') await writeFile(path, gzipSync(text));
  if (ending === 'csv') {
    const lines = ['date,delay,distance,origin,destination', ...rows.map((row) => Object.values(row).join())];
    await writeFile(path, `${lines.join('\n')}\n`);
  }
  if (ending === 'parquet') {
    const values = rows
      .map(
        (row) =>
          `(${Object.values(row)
            .map((value) => `'${value}'`)
            .join()})`,
      )
      .join();
    await bench.database.run(`COPY (SELECT CAST(date AS TIMESTAMP) AS date, CAST(delay AS INTEGER) AS delay, CAST(distance AS SMALLINT)
      AS distance, origin, destination FROM (VALUES ${values}) AS t(date, delay, distance, origin, destination)) TO '${path}' (FORMAT parquet)`);
  }
  return path;
}

async function validated(
  ports: DataPorts,
  contract: ContractPlan,
): Promise<ValidatedPartitions & { readonly index: Awaited<ReturnType<typeof indexSource>> }> {
  const index = await indexSource(ports, contract);
  const hours = index.hours.map(({ hour }) => hour);
  return { ...(await validatePartitions(ports, contract, index, hours, undefined)), index };
}

const contents = ({ parts }: ValidatedPartitions) => parts.map(({ content }) => content);
const source = (path: string, kind: SourceKind = 'ndjson') => flights({ path: join(folder, path) }, kind);

describe('the files of a source', () => {
  const named = async (path: string, kind: SourceKind = 'ndjson') => {
    const { files } = await indexSource(bench.emptied(), source(path, kind));
    return files.map((file) => file.path.slice(folder.length + 1));
  };

  test('are those of its kind in a folder, in the order of their names, and those that a pattern fits', async () => {
    await put('dt=2001-01-01/hour=01/x.ndjson', hourOfFlights(1));
    await put('dt=2001-01-01/hour=00/x.ndjson', hourOfFlights(0));
    await put('dt=2001-01-01/hour=00/more.ndjson.gz', hourOfFlights(0), 'ndjson.gz');
    await put('late.jsonl', hourOfFlights(0));
    await put('other.csv', hourOfFlights(0), 'csv');
    await put('_writing/x.ndjson', hourOfFlights(5));
    await put('.x.ndjson', hourOfFlights(5));
    await put('dt=2001-01-01/_x.ndjson', hourOfFlights(5));
    const hourly = [
      'dt=2001-01-01/hour=00/more.ndjson.gz',
      'dt=2001-01-01/hour=00/x.ndjson',
      'dt=2001-01-01/hour=01/x.ndjson',
    ];
    expect(await named('')).toEqual([...hourly, 'late.jsonl']);
    expect(await named('dt=*/hour=*/x.ndjson')).toEqual(hourly.slice(1));
    expect(await named('**/*.{jsonl,gz}')).toEqual([hourly[0], 'late.jsonl']);
    expect(await named('*.csv', 'csv')).toEqual(['other.csv']);
    expect(await named('_writing/*')).toEqual(['_writing/x.ndjson']);
  });

  test('may have names and lie in folders that look like patterns or say other values', async () => {
    await put('[a] *?/x {1}.parquet', hourOfFlights(0), 'parquet');
    expect(await named('[a] *?', 'parquet')).toEqual(['[a] *?/x {1}.parquet']);
    expect(await named('[a] *?/x {1}.parquet', 'parquet')).toEqual(['[a] *?/x {1}.parquet']);
    await put('origin=ZZZ/delay=7/x.parquet', hourOfFlights(0), 'parquet');
    const plain = await validated(bench.emptied(), source('[a] *?', 'parquet'));
    const inFolders = await validated(bench.emptied(), source('origin=ZZZ', 'parquet'));
    expect(contents(inFolders)).toEqual(contents(plain));
  });

  test('that are none, or none with rows, are refused', async () => {
    await put('x.csv', [], 'csv');
    await put('empty.ndjson', []);
    const message = (path: string, kind?: SourceKind) => failure(indexSource(bench.emptied(), source(path, kind)));
    expect(await message('', 'parquet')).toMatch(/^source\.empty: expected files of parquet at .*, but came none/);
    expect(await message('dt=*/*', 'csv')).toMatch(/^source\.empty: /);
    expect(await message('absent')).toMatch(/^source\.unreadable: .*nothing there/);
    expect(await message('')).toMatch(/^source\.empty: expected rows/);
    expect(await message('*.csv', 'csv')).toMatch(/^source\.empty: expected rows/);
  });

  test('without rows beside others are no harm', async () => {
    await put('a.ndjson', []);
    await put('b.ndjson', hourOfFlights(0));
    expect((await validated(bench.emptied(), source(''))).parts).toMatchObject([{ rows: 12 }]);
  });
});

test.each(['ndjson', 'csv', 'parquet'] as const)(
  '%s rows give the same partitions from one file or from many',
  async (kind) => {
    const rows = [...hourOfFlights(0), ...hourOfFlights(1), ...hourOfFlights(1, { delay: 3 }), ...hourOfFlights(2)];
    await put(`one.${kind}`, rows, kind);
    for (let i = 0; i < 7; i++) {
      const some = rows.filter((_, k) => k % 7 === i);
      await put(`many/${i}.${kind}`, some, kind);
    }
    const ports = bench.emptied();
    const one = await validated(ports, source(`one.${kind}`, kind));
    const many = await validated(ports, source('many', kind));
    expect(many).toMatchObject({ parts: one.parts, reused: 3, validated: [] });
    const again = await validated(bench.emptied(), source('many', kind));
    expect(contents(again)).toEqual(contents(one));
  },
);

test('files whose columns have other types are one source', async () => {
  await put('a.parquet', hourOfFlights(0), 'parquet');
  await bench.database.run(`COPY (SELECT 'note' AS note, destination, origin, CAST(distance AS DOUBLE) AS distance, CAST(delay AS BIGINT) AS delay,
    CAST(date AS TIMESTAMPTZ) + INTERVAL 30 SECOND AS date FROM read_parquet('${join(folder, 'a.parquet')}')) TO '${join(folder, 'b.parquet')}' (FORMAT parquet)`);
  const { parts, index } = await validated(bench.emptied(), source('', 'parquet'));
  expect(parts).toMatchObject([{ read: 24, rows: 24 }]);
  expect(new Set(index.files.map(({ types }) => types.join())).size).toBe(2);
});

test('rows are numbered by file, then by their place in it, and a bad one tells its file and line', async () => {
  const ports = bench.emptied();
  await put('b.ndjson', hourOfFlights(0, { delay: 9000 }).slice(0, 2));
  await put('a.ndjson', hourOfFlights(0, { delay: 8000 }).slice(0, 3));
  const contract = source('');
  const { parts } = await validated(ports, contract);
  const rows = await readQuarantine(ports, contract, parts);
  expect(rows.map(({ row, line, file, values }) => [row, line, file, values.delay])).toEqual([
    [0, 1, join(folder, 'a.ndjson'), '8000'],
    [1, 2, join(folder, 'a.ndjson'), '8000'],
    [2, 3, join(folder, 'a.ndjson'), '8000'],
    [3, 1, join(folder, 'b.ndjson'), '9000'],
    [4, 2, join(folder, 'b.ndjson'), '9000'],
  ]);
});

describe('a source that changes', () => {
  test('has only the new file read, and only its hour validated', async () => {
    const ports = bench.emptied();
    await put('0.ndjson', hourOfFlights(0));
    await put('1.ndjson', hourOfFlights(1));
    const first = await validated(ports, source(''));
    const objects = await ports.store.list('objects/');
    await put('2.ndjson', hourOfFlights(2));
    const second = await validated(ports, source(''));
    expect(second).toMatchObject({ validated: ['2001-01-01T02'], reused: 2 });
    expect(second.parts.slice(0, 2)).toEqual(first.parts);
    expect(second.index.digest).not.toBe(first.index.digest);
    // What the new file was turned into, its partition and its sketches.
    expect(await ports.store.list('objects/')).toHaveLength(objects.length + 3);
  });

  test('takes late rows as a new version of their hour alone, and the old snapshot stays', async () => {
    const ports = bench.emptied();
    for (const hour of [0, 1, 2]) await put(`${hour}.ndjson`, hourOfFlights(hour));
    const contract = source('');
    const first = await validated(ports, contract);
    const before = await freezeSnapshot(ports.store, contract, first.parts);
    await put('late.ndjson', [flight(61), flight(62, { delay: 9999 })]);
    const second = await validated(ports, contract);
    expect(second).toMatchObject({ validated: ['2001-01-01T01'], reused: 2 });
    expect(second.parts[1]).toMatchObject({ read: 14, rows: 13, quarantined: 1 });
    const after = await freezeSnapshot(ports.store, contract, second.parts);
    expect(after.id).not.toBe(before.id);
    expect(await freezeSnapshot(ports.store, contract, first.parts)).toEqual(before);
    expect(await ports.store.has(`objects/${first.parts[1]?.object}`)).toBe(true);
  });

  test('has the hours of a changed file whose rows differ validated again', async () => {
    const ports = bench.emptied();
    const rows = [...hourOfFlights(0), ...hourOfFlights(1)];
    await put('a.ndjson', rows);
    await put('b.ndjson', hourOfFlights(2));
    await validated(ports, source(''));
    await put('a.ndjson', [...rows, flight(70)].reverse());
    expect(await validated(ports, source(''))).toMatchObject({ validated: ['2001-01-01T01'], reused: 2 });
  });

  test('loses the rows of a vanished file, and finds its partitions again when it is back', async () => {
    const ports = bench.emptied();
    for (const hour of [0, 1]) await put(`${hour}.ndjson`, hourOfFlights(hour));
    const lost = await put('lost.ndjson', hourOfFlights(1, { delay: 7 }));
    const hours = ['2001-01-01T00', '2001-01-01T01'];
    const whole = await validated(ports, source(''));
    await rm(lost);
    const without = await validated(ports, source(''));
    expect(without).toMatchObject({ validated: [hours[1]], reused: 1 });
    expect(without.parts.map(({ rows }) => rows)).toEqual([12, 12]);
    await put('lost.ndjson', hourOfFlights(1, { delay: 7 }));
    expect(await validated(ports, source(''))).toMatchObject({ parts: whole.parts, validated: [], reused: 2 });
  });

  test('tells which of the files that a stage read are gone', async () => {
    const ports = bench.emptied();
    const contract = source('');
    const seen = async () => {
      const files = filesOf(ports, await indexSource(ports, contract));
      const changes = sourceChanges(await seenFiles(ports, contract), files);
      await rememberFiles(ports, contract, files);
      return changes;
    };
    const lost = await put('0.ndjson', hourOfFlights(0));
    await put('1.ndjson', hourOfFlights(1));
    expect(await seen()).toEqual({ files: 2, added: 0, changed: 0, vanished: [], vanishedCount: 0 });
    await rm(lost);
    await put('1.ndjson', hourOfFlights(2));
    await put('2.ndjson', hourOfFlights(2));
    const gone = relative(bench.folder, lost);
    expect(await seen()).toEqual({ files: 2, added: 1, changed: 1, vanished: [gone], vanishedCount: 1 });
    expect(await seen()).toMatchObject({ added: 0, changed: 0, vanishedCount: 0 });
  });

  test('moved or renamed has nothing validated again', async () => {
    const ports = bench.emptied();
    const old = await put('a.ndjson', hourOfFlights(0));
    const first = await validated(ports, source(''));
    await rm(old);
    await put('deep/z.ndjson', hourOfFlights(0));
    const second = await validated(ports, source(''));
    expect(second).toMatchObject({ parts: first.parts, validated: [], reused: 1 });
    expect(second.index.digest).toBe(first.index.digest);
  });
});

test('validateFile judges a folder and a pattern', async () => {
  await put('a.ndjson', hourOfFlights(0));
  await put('b.ndjson', hourOfFlights(1, { delay: 9999 }));
  for (const path of [folder, join(folder, '*.ndjson')]) {
    const report = await validateFile(bench.emptied(), source(''), path);
    expect(report).toMatchObject({ file: path, rows: 24, quarantined: 12 });
  }
});
