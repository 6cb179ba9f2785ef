import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { sqlName } from '../../datasets/database.ts';
import { oddText } from '../../datasets/plain/plainWork.ts';
import { jsonLines } from '../../datasets/sources/jsonLines.ts';
import { oddRows } from '../../datasets/sources/oddRows.ts';
import { plainLines } from '../../datasets/sources/plainLines.ts';
import { stagedParquet } from '../../datasets/sources/stagedParquet.ts';
import { column, flights, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

const contract: ContractPlan = {
  ...flights({ path: 'x.ndjson' }, 'ndjson'),
  columns: [
    column('at', 'date'),
    column('count', 'int'),
    column('amount', 'number'),
    column('note', 'string'),
    column('done', 'boolean'),
  ],
  eventTime: 'at',
  rules: [],
};
const coerced: ContractPlan = { ...contract, columns: contract.columns.map((held) => ({ ...held, coerce: true })) };
const names = [...contract.columns.map(({ name }) => name), '_malformed', '_raw'];
const texts = names.map((name) => `CAST(${sqlName(name)} AS VARCHAR) AS ${sqlName(name)}`).join(', ');

async function readBoth(lines: readonly string[], contract: ContractPlan) {
  const bytes = Buffer.from(lines.join('\n'));
  const read = plainLines(bytes, contract.columns);
  if (read === undefined) throw new Error('a few lines find a place');
  const path = join(bench.folder, 'plain.parquet');
  const odd = await oddRows(bench, contract, oddText(read.odd));
  await writeFile(path, stagedParquet(contract.columns, read, odd, 1, 0));
  read.drop();
  const plain = await bench.database.rows<{ _line: bigint }>(
    `SELECT ${texts}, _line FROM read_parquet('${path}') ORDER BY _line`,
  );
  const strict = `SELECT ${texts}, CAST(_line AS BIGINT) AS _line FROM (${jsonLines(contract)}) ORDER BY _line`;
  return { plain, strict: await bench.database.rows(strict, bytes), odd: read.odd.length };
}

const digit = fc.integer({ min: 0, max: 9 }).map(String);
const digitsOf = (...lengths: number[]) =>
  fc.constantFrom(...lengths).chain((size) => fc.string({ unit: digit, minLength: size, maxLength: size }));
const number = fc.oneof(
  fc.integer().map(String),
  fc.maxSafeInteger().map(String),
  fc.double().map(String),
  fc.double().map((value) => value.toExponential()),
  fc
    .tuple(
      fc.constantFrom('', '-', '+'),
      digitsOf(0, 1, 2, 15, 16, 18, 19, 20),
      fc.constantFrom('', '.', '.0', '.5', 'e3', 'E-2', 'e+400', '.25e1', 'e-330'),
    )
    .map((parts) => parts.join('')),
);
const two = fc.oneof(
  fc.integer({ min: 0, max: 70 }).map((value) => String(value).padStart(2, '0')),
  digitsOf(1, 2, 3),
);
const day = fc
  .tuple(fc.oneof(fc.integer({ min: 1650, max: 2250 }).map(String), digitsOf(4, 5)), two, two)
  .map((parts) => parts.join('-'));
const clock = fc
  .tuple(
    fc.constantFrom('T', ' ', 't', ''),
    two,
    fc.constantFrom(':', ''),
    two,
    fc.oneof(
      fc.constant(''),
      two.map((second) => `:${second}`),
      fc.tuple(two, digitsOf(0, 1, 3, 6, 7, 9)).map(([second, fraction]) => `:${second}.${fraction}`),
    ),
  )
  .map((parts) => parts.join(''));
const zone = fc.oneof(
  fc.constantFrom('', 'Z', 'z', ' Z', '+02:00', '-0530', '+14', '+14:59', '-15:00', '+2', '+02:', '+02:0', ' UTC'),
  fc.tuple(fc.constantFrom('+', '-'), two, fc.constantFrom('', ':'), two).map((parts) => parts.join('')),
);
const real = fc
  .date({ min: new Date('1600-01-01'), max: new Date('2300-01-01'), noInvalidDate: true })
  .map((at) => at.toISOString());
const instant = fc.oneof(
  real,
  fc.tuple(real, fc.constantFrom(10, 16, 19, 21, 23), zone).map(([text, size, held]) => text.slice(0, size) + held),
  fc.tuple(day, clock, zone).map((parts) => parts.join('')),
  day,
);
const text = fc.oneof(
  fc
    .string({
      unit: fc.constantFrom('a', 'é', '\u{1F600}', '"', '\\', '\n', '\t', '/', '\u2028', '\u0000'),
      maxLength: 6,
    })
    .map((held) => JSON.stringify(held)),
  fc
    .array(
      fc.constantFrom(
        'a',
        '\\u0041',
        '\\ud83d\\ude00',
        '\\ud83d',
        '\\ude00',
        '\\/',
        '\\x',
        '\\u00',
        '\\u00e9',
        '\t',
        '\\"',
        '\u007f',
      ),
      { maxLength: 4 },
    )
    .map((parts) => `"${parts.join('')}"`),
  fc.string({ minLength: 30, maxLength: 40 }).map((held) => JSON.stringify(held)),
);
const odd = fc.constantFrom(
  'null',
  'true',
  'false',
  'True',
  'nul',
  'NaN',
  '-Infinity',
  '{}',
  '[]',
  '[1,{"a":[null]}]',
  '{"a":{"b":"}"},"c":1e5}',
  '[1,]',
  '{"a"}',
  '',
  '-',
  '01',
  '1.',
  '.5',
  '"',
  "'a'",
);
const anyValue = fc.oneof(
  number,
  instant.map((held) => `"${held}"`),
  text,
  odd,
);
const ownValue: Record<string, fc.Arbitrary<string>> = {
  at: fc.oneof(
    { weight: 5, arbitrary: instant.map((held) => `"${held}"`) },
    { weight: 1, arbitrary: fc.integer({ min: -8e15, max: 8e15 }).map(String) },
  ),
  count: fc.oneof({ weight: 3, arbitrary: fc.integer().map(String) }, number),
  amount: number,
  note: text,
  done: fc.constantFrom('true', 'false'),
};
const blank = fc.constantFrom('', '', '', ' ', '\t', '\r', '  ', '\u00a0');
const key = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...Object.keys(ownValue)) },
  fc.constantFrom('At', 'DONE', 'other', 'é', '', 'c\\u006funt', 'a"t'),
);
const field = key.chain((name) =>
  fc
    .tuple(blank, blank, fc.oneof({ weight: 6, arbitrary: ownValue[name] ?? anyValue }, anyValue), blank)
    .map(([before, after, value, end]) => `"${name}"${before}:${after}${value}${end}`),
);
const whole = fc
  .tuple(...Object.entries(ownValue).map(([name, value]) => value.map((held) => `"${name}":${held}`)))
  .map((fields) => `{${fields.join(',')}}`);
const line = fc
  .oneof(
    whole,
    fc
      .tuple(
        blank,
        fc.array(field, { maxLength: 7 }),
        fc.constantFrom(',', ', ', ',,'),
        blank,
        fc.constantFrom('}', '}', '}', '},', '', '} {}', '}\r'),
      )
      .map(([before, fields, comma, end, close]) => `${before}{${fields.join(comma)}${end}${close}`),
    fc.constantFrom('', ' ', '\r', '[]', '1', '{', '/* */', '\uFEFF{}', '{}{}', 'x'),
  )
  .map((held) => held.replaceAll('\n', ''));

test('plain lines have the values that the strict reader finds, whatever the line', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 60 }), fc.boolean(), async (lines, coerce) => {
      const { plain, strict } = await readBoth(lines, coerce ? coerced : contract);
      expect(plain).toEqual(strict);
    }),
    { numRuns: 60 },
  );
});

test('usual lines are plain, whatever the order of their fields and the blanks between them', async () => {
  const lines = [
    '{"at":"2001-01-01T00:10:00.123Z","count":5,"amount":-0.25,"note":"a","done":true}',
    '{"at": "2001-01-01 00:10", "count": -7, "amount": 1e-3, "note": "\\u00e9 \\"b\\"", "done": null}\r',
    '{"note":"c","other":{"a":[1,"}"]},"amount":12345678901234567,"at":978307800000,"count":123456789012345678}',
    '{"at":"1969-07-20T20:17:40+00:00","done":false}',
    '  {}',
  ];
  const { plain, strict, odd } = await readBoth(lines, contract);
  expect(odd).toBe(0);
  expect(plain).toEqual(strict);
  expect(plain).toHaveLength(5);
});

test('rows keep their lines and values where those of an odd line take more memory than there was', async () => {
  const note = 'x'.repeat(300_000);
  const lines = ['', '{"count":1}', `{"note":"${note}","note":"b"}`, '', '{"count":3}'];
  const { plain, strict, odd } = await readBoth(lines, contract);
  expect(odd).toBe(1);
  expect(plain).toEqual(strict);
  expect(plain.map(({ _line }) => _line)).toEqual([2n, 3n, 5n]);
});

test('names are forgotten and met again where there are more than are remembered', async () => {
  const lines = Array.from(
    { length: 700 },
    (_, k) => `{"count":${k},"field ${k % 600} ${'y'.repeat(k % 40)}":[${k}],"done":true}`,
  );
  const { plain, strict, odd } = await readBoth(lines, contract);
  expect(odd).toBe(0);
  expect(plain).toEqual(strict);
});
