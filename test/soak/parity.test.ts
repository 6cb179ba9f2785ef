import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ParityReport, paritySoak } from '../../bench/soak/parity/paritySoak.ts';
import { oddFeatures } from '../features/oddFeatures.ts';

// The short form of `npm run soak -- parity`, which takes 100,000 rows.
describe('400 odd rows', () => {
  let folder: string;
  let report: ParityReport;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'whet-parity-'));
    report = await paritySoak({ folder, rows: 400, seed: 2 });
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true }));

  test('have the same scores in training, in onnxruntime and compiled, by each learner and kind of feature', () => {
    expect(report.violations).toEqual([]);
    expect(report.models).toHaveLength(4 + oddFeatures.length);
    expect(report.models.filter(({ compiled }) => compiled === null)).toEqual([]);
  });

  test('and in the reference implementation of ONNX, whose checker takes each model', ({ skip }) => {
    if (typeof report.reference === 'string') skip(report.reference);
    expect(report.models.filter(({ reference }) => reference === null)).toEqual([]);
  });
});
