import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LedgerEntry } from '../../core/ledger.ts';
import { openDatabase, sqlText } from '../../datasets/database.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

const sample = join(import.meta.dirname, '../../node_modules/vega-datasets/data/flights-3m.parquet');

let workshop: Workshop;
let file: string;
beforeAll(async () => {
  workshop = await openWorkshop({ path: 'flights.parquet' });
  file = join(workshop.folder, 'flights.parquet');
  await flightsWith('*');
  await workshop.up();
});
afterAll(() => workshop.close());

/** Writes the flights of five days, their columns as given. */
async function flightsWith(columns: string): Promise<void> {
  const database = await openDatabase({ threads: 2, memoryLimitMb: 1_000, temporaryFolder: workshop.folder });
  const rows = `SELECT * FROM ${sqlText(sample)} WHERE date >= '2001-03-11' AND date < '2001-03-16' ORDER BY date`;
  await database.run(`COPY (SELECT ${columns} FROM (${rows})) TO ${sqlText(file)} (FORMAT parquet)`);
  database.close();
}

/** One row in `every` has three faults: no origin, a delay out of range, a distance below one. */
const faultyIn = (every: number): string => {
  const bad = `hash(date, delay, origin, destination) % ${every} = 0`;
  return `date, CASE WHEN ${bad} THEN 9999 ELSE delay END AS delay, CASE WHEN ${bad} THEN -1 ELSE distance END AS distance, CASE WHEN ${bad} THEN NULL ELSE origin END AS origin, destination`;
};

const odd = 'hash(date, origin, destination) % 500 = 0';
const far = `CASE WHEN ${odd} THEN 7000 ELSE distance END AS distance`;

test('half a per cent of bad rows goes to quarantine with every reason, and the run goes on', async () => {
  await flightsWith(faultyIn(200));
  const record = await workshop.retrain('2001-03-15T10');
  const { read = 0, quarantined = 0 } = record.rows ?? {};
  expect(record.status).toBe('judged');
  expect(quarantined / read).toBeGreaterThan(0.003);
  expect(quarantined / read).toBeLessThan(0.008);
  const { stdout } = await workshop.whet('validate', 'flights', 'flights.parquet', '--json');
  const rules: { rule: string; rows: number }[] = JSON.parse(stdout).rules;
  const whole = JSON.parse(stdout).quarantined;
  expect(
    rules
      .filter(({ rows }) => rows === whole)
      .map(({ rule }) => rule)
      .sort(),
  ).toEqual(['delay.max', 'distance.min', 'origin.required']);
});

test('five per cent ends the run: code and worst rules are told, nothing is promoted, the champion stays', async () => {
  const before = JSON.parse((await workshop.whet('live', 'small-flights', '--json')).stdout);
  await flightsWith(faultyIn(20));
  const { code, stdout } = await workshop.whet('retrain', 'small-flights', '--as-of', '2001-03-15T11', '--json');
  const record = JSON.parse(stdout);
  expect([code, record.status, record.error.code]).toEqual([4, 'rejected', 'quarantine.over-budget']);
  expect(record.error.message).toMatch(/origin\.required|delay\.max|distance\.min/);
  const after = JSON.parse((await workshop.whet('live', 'small-flights', '--json')).stdout);
  expect([after.version, after.epoch]).toEqual([before.version, before.epoch]);
});

test('a model of shuffled labels is not promoted, and the ledger says why', async () => {
  // Only rows to train on: what the test hours' tables are made of stays true, for the champion reads these too.
  const late = 'CASE WHEN hash(date, origin, destination, distance) % 100 < 22 THEN 60 ELSE 0 END';
  const shuffled = `CASE WHEN date < '2001-03-13 14:00:00' THEN ${late} ELSE delay END::BIGINT AS delay`;
  await flightsWith(`date, ${shuffled}, distance, origin, destination`);
  const record = await workshop.retrain('2001-03-15T12');
  expect(record.verdict).toMatchObject({ passed: false });
  const ledger: LedgerEntry[] = JSON.parse((await workshop.whet('ledger', 'small-flights', '--json')).stdout);
  const why = expect.stringMatching(
    /auc against champion version 1 .* differs by -?0\.\d+ .* may be no worse by more than 0\.005 or not/,
  );
  expect(ledger.at(-1)).toMatchObject({ event: { kind: 'rejected', version: record.version }, why });
  expect(ledger.at(-1)?.aliases.champion).not.toBe(record.version);
});

test('a truncated file is a clear error, and the engine goes on: rows that only meet a warning are learned from and counted', async () => {
  await flightsWith('*');
  await truncate(file, 100_000);
  const broken = await workshop.whet('retrain', 'small-flights', '--as-of', '2001-03-15T13');
  expect([broken.code, broken.stdout + broken.stderr]).toEqual([3, expect.stringContaining('source.unreadable')]);
  await flightsWith(`date, delay, ${far}, origin, destination`);
  const record = await workshop.retrain('2001-03-15T13');
  expect(record.status).toBe('judged');
  expect(record.contract).toMatchObject({ outcome: 'pass with warnings', windowWarnings: [] });
  expect(record.contract?.warnings['distance.max']).toBeGreaterThan(10);
  const why = await workshop.whet('why', record.run);
  expect(why.stdout).toMatch(/contract: .*; pass with warnings; warnings: distance\.max in \d+ rows/);
});

test('a row that rejects ends the run', async () => {
  await flightsWith(`date, delay, ${far}, origin, CASE WHEN ${odd} THEN 'x' ELSE destination END AS destination`);
  const { code, stdout } = await workshop.whet('retrain', 'small-flights', '--as-of', '2001-03-15T13', '--json');
  const rejected = JSON.parse(stdout);
  expect([code, rejected.status, rejected.error.code]).toEqual([4, 'rejected', 'contract.rejected']);
  expect(rejected.error.message).toMatch(
    /'destination\.pattern'.* rows, such as row \d+ of 2001-03-1.*"destination":"x"/,
  );
});
