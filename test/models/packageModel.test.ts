import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FeatureMatrix } from '../../core/matrix.ts';
import { hourStart } from '../../core/time.ts';
import type { Candidate, TrialResult } from '../../core/trial.ts';
import { runWindow } from '../../core/window.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { buildFeatureMatrix } from '../../features/featureStage.ts';
import { encodeWeights } from '../../models/learners/weights.ts';
import { type PackageInput, packageModel } from '../../models/packageModel.ts';
import { scorerColumns } from '../../models/scorers/goldenRows.ts';
import { loadPackage } from '../../models/scorers/loadPackage.ts';
import { digestOf } from '../../storage/digest.ts';
import { getObject, putObject, putObjectJson } from '../../storage/objects.ts';
import { flightPlan } from './flightPlan.ts';
import { flightSnapshot, type TemporaryPorts, temporaryPorts } from './flightSnapshot.ts';
import { candidates, randomWeights } from './randomWeights.ts';

const asOf = '2001-03-15T12';
const window = runWindow(flightPlan, hourStart(asOf));

describe('packageModel', () => {
  let ports: TemporaryPorts;
  let features: Features;
  beforeAll(async () => {
    ports = await temporaryPorts();
    features = await builtFeatures(ports);
  });
  afterAll(() => ports.remove());

  test.each(candidates)('proves $learner on real rows, and the package loads and scores', async (candidate) => {
    const made = await packageModel(ports, await inputOf(ports, features, candidate));
    const { package: held, scorer } = await loadPackage(ports.store, made.id);
    expect(held).toEqual(made.package);
    expect(held.inputs.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'date date',
      'destination string',
      'distance int',
      'origin string',
    ]);
    expect(held.model.digest).toBe(digestOf(await getObject(ports.store, held.model.digest)));
    expect(held.threshold).toBeGreaterThan(0);
    expect(Object.keys(held.sketches?.numbers ?? {})).toEqual(held.encoders.columns.numeric.toSorted());
    expect(held.sketches?.score.quantiles).toHaveLength(33);
    expect(held.threshold).toBeLessThan(1);
    const scores = await scorer.score({ rows: 64, columns: scorerColumns(held.golden.columns) });
    expect(Array.from(scores)).toEqual(held.golden.scores);
    expect(new Set(held.golden.scores).size).toBeGreaterThan(40);
    await scorer.release();
  });

  test('golden rows are of the test window, with unseen keys and the edges of a day after them', async () => {
    const { golden } = (await packageModel(ports, await inputOf(ports, features, candidates[0]))).package;
    const hours = golden.columns.date?.map((ms) => new Date(Number(ms)).toISOString()) ?? [];
    const [first, last] = [window.test[0] ?? '', window.test.at(-1) ?? ''];
    for (const hour of hours.slice(0, 61)) expect(hour.slice(0, 13) >= first && hour.slice(0, 13) <= last).toBe(true);
    expect([golden.columns.origin?.[61], golden.columns.destination?.[61]]).toEqual(['unseen', 'unseen']);
    expect(hours.slice(62).map((hour) => hour.slice(11))).toEqual(['23:59:59.999Z', '00:00:00.000Z']);
  });

  test('each profile has its threshold, and answers are made by the first', async () => {
    const input = await inputOf(ports, features, candidates[0]);
    const profiles = [
      { name: 'standard', falsePositive: 3, falseNegative: 1 },
      { name: 'careful', falsePositive: 1, falseNegative: 9 },
    ];
    const plan = { ...flightPlan, scorecard: { ...flightPlan.scorecard, profiles } };
    const made = (await packageModel(ports, { ...input, plan })).package;
    const [standard, careful] = made.profiles ?? [];
    expect([standard?.name, careful?.name]).toEqual(['standard', 'careful']);
    expect(made.threshold).toBe(standard?.threshold);
    expect(careful?.threshold).toBeLessThan(made.threshold);
    const without = (await packageModel(ports, input)).package;
    expect([without.model, without.profiles]).toEqual([made.model, undefined]);
  });

  test('the same input gives the same package in another, empty store', async () => {
    const other = await temporaryPorts();
    try {
      const input = await inputOf(other, await builtFeatures(other), candidates[1]);
      const [first, second] = [
        await packageModel(ports, await inputOf(ports, features, candidates[1])),
        await packageModel(other, input),
      ];
      expect(second.package.model.digest).toBe(first.package.model.digest);
      expect(second.package).toEqual(first.package);
      expect(second.id).toBe(first.id);
    } finally {
      await other.remove();
    }
  });

  test('a model that carries another table than that of asOf is refused', async () => {
    const object = await putObjectJson(ports.store, {});
    const stale = { ...features.matrix, table: { ...features.matrix.table, object } };
    const packaging = packageModel(ports, await inputOf(ports, { ...features, matrix: stale }, candidates[0]));
    await expect(packaging).rejects.toThrow(
      /package\.parity-failed: expected the score [\d.]+ for test row \{.*"origin":"\w{3}".*, but came [\d.]+ \(threshold/,
    );
  });

  test('without rows to choose by or to prove on it says which', async () => {
    const unvalidated = { ...features, matrix: { ...features.matrix, validate: [] } };
    const choosing = packageModel(ports, await inputOf(ports, unvalidated, candidates[0]));
    await expect(choosing).rejects.toThrow('package.no-rows: expected validation rows');
    const input = await inputOf(ports, features, candidates[0]);
    const proving = packageModel(ports, { ...input, window: { ...window, test: [] } });
    await expect(proving).rejects.toThrow('package.no-rows: expected test rows');
  });

  test('weights that are no numbers are refused', async () => {
    const input = await inputOf(ports, features, candidates[0], Number.NaN);
    await expect(packageModel(ports, input)).rejects.toThrow('a score from 0 to 1 for validation row 0, but came NaN');
  });
});

interface Features {
  readonly snapshot: PackageInput['snapshot'];
  readonly matrix: FeatureMatrix;
}

async function builtFeatures(ports: DataPorts): Promise<Features> {
  const snapshot = await flightSnapshot(ports, window.all);
  return { snapshot, matrix: await buildFeatureMatrix(ports, flightPlan, snapshot, window) };
}

async function inputOf(
  ports: DataPorts,
  { snapshot, matrix }: Features,
  candidate: Candidate | undefined,
  factor = 1,
): Promise<PackageInput> {
  if (candidate === undefined) throw new Error('no candidate');
  const weights = randomWeights(matrix.encoders, candidate);
  const scaled = weights.map((weight) => ({ ...weight, values: weight.values.map((value) => factor * value) }));
  const trial: TrialResult = {
    key: 'trial',
    candidate,
    epochs: 0,
    steps: 0,
    rowsTrained: 0,
    backend: 'none',
    validation: null,
    weights: await putObject(ports.store, encodeWeights(scaled)),
    seconds: 0,
  };
  return {
    plan: flightPlan,
    planId: 'plan',
    snapshot,
    matrix: await putObjectJson(ports.store, matrix),
    window,
    trial,
  };
}
