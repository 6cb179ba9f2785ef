import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModuleCandidate } from '../../core/trial.ts';
import { openBackend } from '../../models/backends/openBackend.ts';
import { checkLearner } from '../../models/learners/check/checkLearner.ts';
import type { Learner } from '../../models/learners/learner.ts';
import { loadLearner, moduleDigest } from '../../models/learners/learnerModule.ts';
import { openLearner } from '../../models/learners/openLearner.ts';
import { guideLearner, learnerFolder } from '../docs/learnerOfGuide.ts';

let folder: string;
let digest: string;
beforeAll(async () => {
  folder = learnerFolder();
  digest = (await moduleDigest(folder, guideLearner)) ?? '';
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const candidate = (path: string, digest?: string): ModuleCandidate => ({
  learner: 'module',
  module: { name: 'wide and deep', path, ...(digest && { digest }) },
  parameters: {},
});

test('the file that the plan pins is loaded', async () => {
  expect(await openLearner(candidate(guideLearner, digest), folder)).toMatchObject({ version: 1 });
});

test.each([
  ['another file', guideLearner, 'ab12', `expected ${guideLearner} with the SHA-256 ab12, but came [0-9a-f]{64} in `],
  ['no file', 'learners/none.ts', 'ab12', 'came no such file in '],
  ['a plan without a digest', guideLearner, undefined, 'SHA-256 of a plan that was loaded from its folder'],
])('%s than the plan pins is refused', async (_, path, digest, told) => {
  const opening = openLearner(candidate(path, digest), folder);
  await expect(opening).rejects.toMatchObject({ code: 'learner.differs', outcome: 'stop' });
  await expect(opening).rejects.toThrow(new RegExp(told));
});

test('an edited file is loaded anew by a process that lives on', async () => {
  const write = (version: number) =>
    writeFileSync(join(folder, 'edited.mjs'), `export { learner } from './one.mjs';\n// ${version}`);
  writeFileSync(join(folder, 'one.mjs'), moduleText('version: 1'));
  write(1);
  await loadLearner(folder, 'edited.mjs', 'first');
  writeFileSync(join(folder, 'edited.mjs'), moduleText('version: 2'));
  expect((await loadLearner(folder, 'edited.mjs', 'second')).version).toBe(2);
});

test.each([
  [
    'export const other = 1;',
    "'export const learner', an object with version and functions, in bad.mjs, but came nothing",
  ],
  ['export const learner = null;', 'but came null'],
  [moduleText('version: 1.5'), 'a whole number as learner.version in bad.mjs, but came 1.5'],
  [moduleText('version: 1, penalty: 3'), 'a function as learner.penalty in bad.mjs, but came number'],
  ['export const learner = {', 'a module that loads in bad.mjs, but came '],
])('a file that exports no learner is refused: %s', async (text, told) => {
  writeFileSync(join(folder, 'bad.mjs'), text);
  const opening = loadLearner(folder, 'bad.mjs', `${text.length}`);
  await expect(opening).rejects.toMatchObject({ code: 'learner.invalid' });
  await expect(opening).rejects.toThrow(told);
});

test('the check sees weights that no seed decides, and a penalty below 0', async () => {
  let at = 0;
  const failing = await failingChecks(({ initialWeights }) => ({
    initialWeights: (...given) =>
      initialWeights(...given).map((weight) => ({ ...weight, values: weight.values.map(() => (at += 1e-4)) })),
    penalty: (name) => (name === 'end/bias' ? -1e-9 : 0),
  }));
  expect(failing).toEqual([
    'its weights have names and sizes of their own',
    'the same seed gives the same weights',
    'it goes on from stored weights as if it had never stopped',
    'lanes side by side end as each alone',
  ]);
});

test('the check sees lanes that mix, which no graph can say, and tensors that are kept', async () => {
  const failing = await failingChecks(({ logits }) => ({
    logits: (tf, weights, batch, parameters) => {
      tf.keep(tf.scalar(1));
      const mix = (x: Tensor) => ({ value: tf.add(x, tf.mean(x, 0, true)), gradFunc: (slope: Tensor) => slope });
      return tf.customGrad(mix as never)(logits(tf, weights, batch, parameters)) as Tensor3D;
    },
  }));
  expect(failing).toEqual([
    'its graph scores as training does',
    'lanes side by side end as each alone',
    'batches leave no tensor behind',
  ]);
});

test('the check passes what throws as failed, with the reason', async () => {
  const learner = await openLearner(candidate(guideLearner, digest), folder);
  const outcomes = await checkLearner(await openBackend('wasm'), learner, { learningRate: 0.03, l2: 0 });
  expect(outcomes[0]).toMatchObject({ passed: false, figure: expect.stringContaining('a finite number as units') });
});

/** Of a learner that is sound but for a change. */
async function failingChecks(change: (sound: Learner) => Partial<Learner>): Promise<string[]> {
  const sound = await openLearner(candidate(guideLearner, digest), folder);
  const parameters = { learningRate: 0.03, l2: 1e-4, units: 6 };
  const outcomes = await checkLearner(await openBackend('wasm'), { ...sound, ...change(sound) }, parameters);
  return outcomes.filter(({ passed }) => !passed).map(({ check }) => check);
}

function moduleText(version: string): string {
  const functions = 'initialWeights() {}, logits() {}, categoryOf() {}, penalty() {}, onnx() {},';
  return `export const learner = { ${functions} ${version} };`;
}
