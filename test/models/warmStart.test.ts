import { appendFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FeatureMatrix } from '../../core/matrix.ts';
import type { TrialRequest, TrialResult } from '../../core/trial.ts';
import { openBackend } from '../../models/backends/openBackend.ts';
import { moduleDigest } from '../../models/learners/learnerModule.ts';
import { learners } from '../../models/learners/learners.ts';
import { decodeWeights, type Weights, weightNamed } from '../../models/learners/weights.ts';
import { runTrials, type TrialSession } from '../../models/runTrials.ts';
import { loadTrainingData } from '../../models/trainingData.ts';
import { checkpointKey, trialKey } from '../../models/trialKey.ts';
import { warmStartOf, warmWeights } from '../../models/warmStart.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { getObject, getObjectJson, putObjectJson } from '../../storage/objects.ts';
import { guideLearner, learnerFolder } from '../docs/learnerOfGuide.ts';
import { storeTrialMatrix, trialRequest } from './trialMatrix.ts';

const versions = { mlp: learners.mlp.version, logistic: learners.logistic.version };

let folder: string;
let store: ObjectStore;
let request: TrialRequest;
let matrix: FeatureMatrix;
let trained: TrialResult;
let champion: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-warm-'));
  store = localDisk(folder);
  request = trialRequest(await storeTrialMatrix(store), { epochs: 12 });
  matrix = await getObjectJson<FeatureMatrix>(store, request.matrix);
  trained = await runTrial(request);
  champion = await packageOf({});
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each(['mlp', 'logistic'] as const)(
  'a %s goes on from the weights of the model, value by value',
  async (learner) => {
    const parameters = learner === 'mlp' ? request.candidate.parameters : { learningRate: 0.02, l2: 0 };
    trained = await runTrial({ ...request, candidate: { learner, parameters } });
    champion = await packageOf({ candidate: trained.candidate, code: versions });
    const [origins = [], ...others] = matrix.encoders.vocabularies;
    // A new value before all others, and one that is gone.
    const vocabularies = [['new', ...origins.slice(0, -1)], ...others];
    const later = { ...matrix, encoders: { ...matrix.encoders, vocabularies } };
    const weights = await warmWeights(store, champion, await putObjectJson(store, later), folder);
    const before = await weightsOf(trained);
    const name = learner === 'mlp' ? 'embedding/origin' : 'values/origin';
    const [old, now] = [weightNamed(before, name), weightNamed(weights, name)];
    const width = now.values.length / (now.dims[0] ?? 1);
    const rows = (values: Float32Array, from: number, to: number): number[] => [
      ...values.subarray(from * width, to * width),
    ];
    expect(rows(now.values, 0, 1)).toEqual(rows(old.values, 0, 1));
    expect(rows(now.values, 2, 21)).toEqual(rows(old.values, 1, 20));
    expect(rows(now.values, 1, 2)).not.toEqual(rows(old.values, 1, 2));
    expect(weights.filter((weight) => weight.name !== name)).toEqual(before.filter((weight) => weight.name !== name));
  },
);

test('a warm trial is another trial than the cold one, begins where the model stands and says so', async () => {
  const warm = { ...request, epochs: 1 / 4, warmStart: champion };
  expect([trialKey(warm), checkpointKey(warm)]).not.toContain(trialKey({ ...request, epochs: 1 / 4 }));
  const [cold, result] = [await runTrial({ ...request, epochs: 1 / 4 }), await runTrial(warm)];
  expect(result).toMatchObject({ warmStart: champion, steps: cold.steps });
  expect(result.validation?.auc).toBeGreaterThan((cold.validation?.auc ?? 1) + 0.05);
  expect(Math.abs((result.validation?.auc ?? 0) - (trained.validation?.auc ?? 1))).toBeLessThan(0.02);
  const rung = await runTrial({ ...warm, epochs: 1 });
  expect(rung.steps).toBeGreaterThan(result.steps);
});

test.each([
  ['knows rows after', { asOf: '2001-03-15T13' }],
  ["a network of one's own", { candidate: { learner: 'own', parameters: { file: 'x.onnx' } } }],
  ['is no longer kept', { trial: 'gone' }],
  ['other code of mlp', { code: { mlp: 2 } }],
  ['other inputs', { numeric: ['a', 'b', 'd'] }],
  ['other inputs', { candidate: { learner: 'mlp', parameters: { hidden: [9], learningRate: 0.02, l2: 0 } } }],
])('goes on from none that %s', async (words, change) => {
  const other = await packageOf(change);
  expect(await warmStartOf(store, other, request.matrix, folder)).toEqual({
    hindrance: expect.stringContaining(words),
  });
  await expect(warmWeights(store, other, request.matrix, folder)).rejects.toMatchObject({
    code: 'trial.no-warm-start',
  });
});

test("a learner of the project's own goes on while its file is the one that the champion was made by", async () => {
  const project = learnerFolder();
  const module = {
    name: 'wide and deep',
    path: guideLearner,
    digest: (await moduleDigest(project, guideLearner)) ?? '',
  };
  const parameters = { learningRate: 0.02, l2: 0, units: 3 };
  trained = await runTrial({ ...request, epochs: 1, candidate: { learner: 'module', module, parameters } }, project);
  champion = await packageOf({ candidate: trained.candidate, code: { 'wide and deep': 1 } });
  expect(await warmStartOf(store, champion, request.matrix, project)).toMatchObject({ candidate: { module } });
  expect(await warmWeights(store, champion, request.matrix, project)).toEqual(await weightsOf(trained));
  appendFileSync(join(project, guideLearner), '// edited');
  expect(await warmStartOf(store, champion, request.matrix, project)).toEqual({
    hindrance: 'the champion was made by other code of wide and deep',
  });
  await rm(project, { recursive: true });
});

/** As much of a model package as a warm start reads. */
function packageOf(change: Record<string, unknown>): Promise<string> {
  const { asOf = matrix.asOf, candidate = trained.candidate, trial = trained.key, code = versions } = change;
  const { columns } = matrix.encoders;
  const encoders = { ...matrix.encoders, columns: { ...columns, numeric: change.numeric ?? columns.numeric } };
  return putObjectJson(store, { asOf, candidate, encoders, lineage: { trial, code } });
}

async function weightsOf({ weights }: TrialResult): Promise<Weights> {
  return decodeWeights(await getObject(store, weights));
}

async function runTrial(one: TrialRequest, project = folder): Promise<TrialResult> {
  const [result] = await runTrials(store, [one], { ...session(), folder: project });
  return result as TrialResult;
}

function session(): TrialSession {
  const loadData = (id: string) => loadTrainingData(store, id);
  return { nonce: `${Math.random()}`, pid: 1, clock: Date.now, folder, openBackend, loadData, checkpointEveryMs: 1e9 };
}
