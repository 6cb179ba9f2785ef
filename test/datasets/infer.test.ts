import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inferContract } from '../../core/inferContract.ts';
import { type Database, openDatabase } from '../../datasets/database.ts';
import { profileColumns } from '../../datasets/infer/profileColumns.ts';
import { validateFile } from '../../datasets/partitions/validateFile.ts';
import { localDisk } from '../../storage/localDisk.ts';

let folder: string;
let database: Database;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-test-infer-'));
  database = await openDatabase({ threads: 2, memoryLimitMb: 512, temporaryFolder: folder });
});
afterAll(async () => {
  database.close();
  await rm(folder, { recursive: true });
});

async function profiled(name: string, text: string) {
  const path = join(folder, name);
  await writeFile(path, text);
  return profileColumns(database, name.endsWith('.csv') ? 'csv' : 'ndjson', path);
}

describe('what a file holds', () => {
  test('a CSV column has the narrowest type that reads all of its values', async () => {
    const rows = [
      'time,n,x,flag,zip,word,empty',
      '2025-01-01T00:00:00Z,1,1,true,01234,a,',
      '2025-01-01,-2,2.5,FALSE,10000,7,',
    ];
    const { profiles } = await profiled('types.csv', `${rows.join('\n')}\n`);
    expect(profiles.map(({ name, type }) => [name, type])).toEqual([
      ['time', 'date'],
      ['n', 'int'],
      ['x', 'number'],
      ['flag', 'boolean'],
      ['zip', 'string'],
      ['word', 'string'],
      ['empty', 'string'],
    ]);
    expect(profiles[1]).toMatchObject({ rows: 2, nulls: 0, distinct: 2, least: -2, greatest: 1 });
    expect(profiles[4]).toMatchObject({ alphabet: '[0-9]', shortest: 5, longest: 5, values: ['01234', '10000'] });
    expect(profiles[6]).toMatchObject({ nulls: 2, distinct: 0, shortest: null });
  });

  test('an NDJSON field has its own JSON type, lists and objects are left out', async () => {
    const lines = [
      '{"at":"2025-01-01T00:00:00Z","n":2.0,"s":"7","list":[1]}',
      '{"n":3,"at":null,"o":{}}',
      'broken',
      '[1]',
    ];
    const { profiles, leftOut } = await profiled('types.ndjson', lines.join('\n'));
    expect(profiles.map(({ name, type, nulls }) => [name, type, nulls])).toEqual([
      ['at', 'date', 1],
      ['n', 'int', 0],
      ['s', 'string', 1],
    ]);
    expect(leftOut).toEqual(['o', 'list']);
  });

  test('words that stand for null are found where all other values are no text', async () => {
    const rows = ['time,n,word', '2025-01-01,NA,NA', '2025-01-02,3,b', '2025-01-03,-,c'];
    const { profiles, nulls } = await profiled('nulls.csv', `${rows.join('\n')}\n`);
    expect(nulls).toEqual(['-', 'NA']);
    expect(profiles.map(({ type, nulls: missing }) => [type, missing])).toEqual([
      ['date', 0],
      ['int', 2],
      ['string', 1],
    ]);
  });

  test('a text says which type all but a few of its values have', async () => {
    const rows = Array.from({ length: 200 }, (_, k) => `2025-01-01T00:00:${10 + (k % 50)},${k},${k % 2 ? 'a' : k}`);
    rows[7] = 'soon,"1,204",b';
    const { profiles } = await profiled('near.csv', `time,n,mixed\n${rows.join('\n')}\n`);
    expect(profiles.map(({ type, near }) => [type, near])).toEqual([
      ['string', { type: 'date', others: 1, example: 'soon' }],
      ['string', { type: 'int', others: 1, example: '1,204' }],
      ['string', null],
    ]);
  });

  test('a file without rows has nothing to infer from', async () => {
    await expect(profiled('none.csv', 'a,b\n')).rejects.toThrow(/source\.empty/);
  });
});

const value = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(2 ** 60, -(2 ** 55)),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.string({ unit: 'grapheme' }),
  fc.constant(null),
);
const row = fc.record({ a: value, b: fc.oneof(fc.integer(), fc.constant(null)), c: fc.constantFrom('x', 'Y9', '007') });

test('every row of the file keeps to the contract that is inferred from it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 0, max: 4e12 }),
      async (rows, ms) => {
        const path = join(folder, 'random.ndjson');
        await writeFile(path, rows.map((one) => JSON.stringify({ at: new Date(ms).toISOString(), ...one })).join('\n'));
        const { profiles, leftOut } = await profileColumns(database, 'ndjson', path);
        const { plan } = inferContract('random', { kind: 'ndjson', path }, profiles);
        const report = await validateFile({ store: localDisk(join(folder, 'store')), database, folder }, plan, path);
        expect(report.rules.filter(({ rule }) => !leftOut.some((name) => rule.startsWith(`${name}.`)))).toEqual([]);
      },
    ),
    { numRuns: 12 },
  );
});
