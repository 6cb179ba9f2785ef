import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FeatureMatrix } from '../../core/matrix.ts';
import type { Plan } from '../../core/plan.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { hourMs, hourStart } from '../../core/time.ts';
import type { TrialResult } from '../../core/trial.ts';
import { runWindow } from '../../core/window.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { freezeSnapshot } from '../../datasets/snapshots/freezeSnapshot.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { buildFeatureMatrix } from '../../features/featureStage.ts';
import { loadMatrix } from '../../features/loadMatrix.ts';
import { scaledNumeric } from '../../features/scaledNumeric.ts';
import { encodeWeights } from '../../models/learners/weights.ts';
import { packageModel } from '../../models/packageModel.ts';
import { scorerColumns } from '../../models/scorers/goldenRows.ts';
import { loadPackage } from '../../models/scorers/loadPackage.ts';
import { putObject, putObjectJson } from '../../storage/objects.ts';
import { type Bench, openBench } from '../features/flights.ts';
import { oddFeatures } from '../features/oddFeatures.ts';
import { type OddRow, oddPlan, oddRows } from '../features/oddRows.ts';
import { candidates, randomWeights } from './randomWeights.ts';

const { contract, ...rest } = oddPlan(oddFeatures);
const plan = {
  ...rest,
  contract: { ...contract, source: { kind: 'ndjson', at: { path: 'odd.ndjson' }, partition: 'hour' } },
} as const satisfies Plan;
const asOf = '2001-03-02T00';
const window = runWindow(plan, hourStart(asOf));
let bench: Bench;
let snapshot: Snapshot;
let matrix: FeatureMatrix;

beforeAll(async () => {
  bench = await openBench();
  snapshot = await judged(oddRows(3_000, hourStart(asOf) - 24 * hourMs, hourStart(asOf), 5));
  matrix = await buildFeatureMatrix(bench.ports, plan, snapshot, window);
});
afterAll(() => bench.close());

describe('a model of every kind of feature, some of whose columns may be null', () => {
  test.each(candidates)('is packaged and loaded as $learner, compiled as well', async (candidate) => {
    const { ports } = bench;
    const weights = await putObject(ports.store, encodeWeights(randomWeights(matrix.encoders, candidate)));
    const input = {
      plan,
      planId: 'plan',
      snapshot,
      matrix: await putObjectJson(ports.store, matrix),
      window,
      trial: { ...untrained, candidate, weights },
    };
    const made = await packageModel(ports, input);
    const { package: held, scorer, notCompiled } = await loadPackage(ports.store, made.id);
    expect(notCompiled).toBeUndefined();
    expect(new Set(held.golden.scores).size).toBeGreaterThan(40);
    const missing = Object.entries(held.golden.columns).map(([name, values]) => [name, values.at(-1)]);
    expect(Object.fromEntries(missing)).toMatchObject({
      bought: null,
      limit: null,
      member: null,
      note: '',
      seen: null,
    });
    expect(held.golden.columns.limit?.slice(-3)).toEqual([-1, -2, null]);
    const columns = scorerColumns(held.golden.columns);
    const one = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.slice(-1)]));
    expect((await scorer.score({ rows: 1, columns: one }))[0]).toBeCloseTo(held.golden.scores.at(-1) ?? Number.NaN, 5);
    await scorer.release();
  });

  test('is trained on rows without a gap', async () => {
    const rows = await loadMatrix(bench.ports.store, matrix.train, matrix.encoders, asOf);
    expect(rows.rows).toBeGreaterThan(500);
    expect(rows.numeric.some(Number.isNaN)).toBe(true);
    expect(scaledNumeric(rows.numeric, matrix.encoders.scaling).every(Number.isFinite)).toBe(true);
    const { times, fifths } = Object.fromEntries(
      matrix.encoders.columns.categories.map((name, at) => [name, matrix.encoders.vocabularies[at]]),
    );
    expect(times).toHaveLength(5);
    expect(fifths?.[0]).toMatch(/^below /);
    expect(fifths).toHaveLength((matrix.encoders.cuts?.fifths?.length ?? 0) + 1);
  });
});

/** As a run does it: from a file, through the contract. */
async function judged(rows: readonly OddRow[]): Promise<Snapshot> {
  const { ports } = bench;
  const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  const lines = rows.map((row) => JSON.stringify({ ...row, date: time(row.date), seen: time(row.seen) }));
  await writeFile(join(ports.folder, 'odd.ndjson'), lines.join('\n'));
  const index = await indexSource(ports, plan.contract);
  const { parts, undated } = await validatePartitions(ports, plan.contract, index, window.all, undefined);
  expect([undated, parts.filter(({ quarantined }) => quarantined > 0)]).toEqual([null, []]);
  return freezeSnapshot(ports.store, plan.contract, parts);
}

const untrained: Omit<TrialResult, 'candidate' | 'weights'> = {
  key: 'trial',
  epochs: 0,
  steps: 0,
  rowsTrained: 0,
  backend: 'none',
  validation: null,
  seconds: 0,
};
