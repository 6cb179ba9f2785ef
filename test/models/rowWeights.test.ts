import { expect, test } from 'vitest';
import { rowWeights } from '../../models/rowWeights.ts';
import type { Rows } from '../../models/trainingData.ts';

const hour = 3_600_000;
const rows: Rows = {
  rows: 4,
  numeric: new Float32Array(),
  categories: new Int32Array(),
  labels: Uint8Array.of(1, 0, 0, 0),
  ageHours: Int32Array.of(0, 0, 24, 48),
};

test('rows count once when the plan says nothing of it', () => {
  expect(rowWeights({ batchRows: 64 }, rows)).toBeUndefined();
});

test('balanced classes count alike, and all rows count once on average', () => {
  expect(rowWeights({ classWeights: 'balanced' }, rows)).toEqual(Float32Array.of(2, 2 / 3, 2 / 3, 2 / 3));
  expect(rowWeights({ classWeights: { positive: 3, negative: 1 } }, rows)).toEqual(
    Float32Array.of(2, 2 / 3, 2 / 3, 2 / 3),
  );
});

test('a row counts half as much for each half-life that it is older', () => {
  const [newest = 0, , older = 0, oldest = 0] = rowWeights({ halfLifeMs: 24 * hour }, rows) ?? [];
  expect([older / newest, oldest / newest]).toEqual([0.5, 0.25]);
});

test('a class that is missing leaves the others as they are', () => {
  const alone = { ...rows, labels: new Uint8Array(4) };
  expect(rowWeights({ classWeights: 'balanced' }, alone)).toEqual(Float32Array.of(1, 1, 1, 1));
});
