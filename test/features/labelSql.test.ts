import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Comparison } from '../../core/comparison.ts';
import { type Database, openDatabase } from '../../datasets/database.ts';
import { labelSql } from '../../features/labelSql.ts';
import { flightPlan } from './flights.ts';

let database: Database;

beforeAll(async () => {
  database = await openDatabase({ threads: 1, memoryLimitMb: 256, temporaryFolder: tmpdir() });
});
afterAll(() => database.close());

test.each([
  ['delay', 'above', 15, [true, false, null]],
  ['origin', 'equals', "O'Hare", [true, false, null]],
  ['origin', 'differsFrom', "O'Hare", [false, true, null]],
  ['late', 'equals', true, [false, true, null]],
  ['late', 'differsFrom', true, [true, false, null]],
] as const)('a label of %s that %s %s', async (column, is: Comparison, value, expected) => {
  const plan = flightPlan([]);
  const { positive } = labelSql({ ...plan, label: { ...plan.label, from: { column, is, value } } });
  const rows = `(VALUES (16, 'O''Hare', false), (15, 'JFK', true), (NULL, NULL, NULL)) AS t(delay, origin, late)`;
  const found = await database.rows<{ positive: boolean | null }>(`SELECT ${positive} AS positive FROM ${rows}`);
  expect(found.map((row) => row.positive)).toEqual(expected);
});
