import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parameterAxes } from '../../core/parameterAxes.ts';
import { searchGrid } from '../../core/searchGrid.ts';
import type { TrialRequest } from '../../core/trial.ts';
import { trialLanes } from '../../core/trialLanes.ts';
import {
  auc,
  column,
  contract,
  csv,
  definePipeline,
  exhaustive,
  int,
  logistic,
  number,
  type OwnLearnerDefinition,
  ownLearner,
  uniform,
} from '../../index.ts';
import { trialKey } from '../../models/trialKey.ts';
import { digestOf } from '../../storage/digest.ts';
import { loadCatalogue } from '../../workers/catalogue.ts';
import { codeBlock } from '../docs/codeBlocks.ts';
import { guideLearner, learnerFolder } from '../docs/learnerOfGuide.ts';

const orders = contract('orders', {
  source: csv('orders.csv', { partition: 'hour' }),
  row: z.object({ time: z.date(), amount: z.number(), fraud: z.int() }),
  eventTime: 'time',
});

const parameters = { units: [6, 12], learningRate: [0.01, 0.02], bent: ['tanh'], l2: [0] };

function planWith(definition: Partial<OwnLearnerDefinition>, name = 'wide and deep') {
  const own = ownLearner(name, { module: guideLearner, parameters, ...definition });
  const { plan } = definePipeline({
    id: 'orders',
    contract: orders,
    label: { name: 'fraud', from: column('fraud').equals(1), settlesAfter: '1 hour', settlesWithin: '1 hour' },
    window: { train: '7 days', validate: '1 day', test: '1 day' },
    features: { amount: number('amount') },
    search: { learners: [own, logistic({ l2: [0] })], maximize: auc, strategy: exhaustive({ epochs: 1 }) },
    scorecard: { metrics: [auc] },
    gate: [auc.atLeast(0.6)],
  });
  return plan;
}

describe('a learner of the project', () => {
  test('is a section of the plan, and candidates in an order that the order of its keys does not change', () => {
    const { learners } = planWith({}).search;
    expect(learners[0]).toEqual({ kind: 'module', name: 'wide and deep', module: guideLearner, parameters });
    const [own] = learners as [(typeof learners)[0]];
    expect(parameterAxes(own).map(([name]) => name)).toEqual(['bent', 'units', 'learningRate', 'l2']);
    const grid = searchGrid({ learners });
    expect(grid[1]).toEqual({
      learner: 'module',
      module: { name: 'wide and deep', path: guideLearner },
      parameters: { bent: 'tanh', units: 6, learningRate: 0.02, l2: 0 },
    });
    expect(grid[4]).toEqual({ learner: 'logistic', parameters: { learningRate: 0.01, l2: 0 } });
  });

  test('is trained side by side where rate and penalty alone differ, and never beside another module', () => {
    const own = searchGrid({ learners: planWith({}).search.learners }).slice(0, 4);
    const requests = own.map((candidate) => ({ candidate, seed: 1, epochs: 1 }) as TrialRequest);
    expect(trialLanes(requests, 9).map((group) => group.length)).toEqual([2, 2]);
    const [one] = requests as [TrialRequest];
    const { candidate } = one;
    if (candidate.learner !== 'module') throw new Error(candidate.learner);
    const edited = { ...one, candidate: { ...candidate, module: { ...candidate.module, digest: 'other' } } };
    expect(trialLanes([one, edited], 9)).toHaveLength(2);
    expect(trialKey(edited)).not.toBe(trialKey(one));
  });

  test.each<[string, Partial<OwnLearnerDefinition>, string]>([
    ['a file above the folder', { module: '../learner.ts' }, "a file in the project's folder"],
    ['a path from the root', { module: '/learner.ts' }, "'/learner.ts' in pipeline orders, search.learners[0].module"],
    ['no source file', { module: 'learners/wide.py' }, 'learners/wide.py'],
    ['no rate', { parameters: {} as never }, 'learningRate'],
    ['a rate of 0', { parameters: { learningRate: [0] } }, 'a number above 0'],
    ['a penalty below 0', { parameters: { learningRate: [1], l2: [-1] } }, 'a number, 0 or more'],
    ['no list', { parameters: { learningRate: [1], units: 6 as never } }, 'parameters.units'],
    ['a truth', { parameters: { learningRate: [1], wide: [true as never] } }, 'a number or a text'],
    ['a range without draws', { parameters: { learningRate: [1], units: int(2, 8) } }, 'search.learners[0].units'],
    ['a range backwards', { parameters: { learningRate: uniform(2, 1) } }, 'smaller value to a larger'],
    ['a name with a dot', { parameters: { learningRate: [1], 'a.b': [1] } }, "'a.b'"],
  ])('is refused with %s', (_, definition, told) => {
    expect(() => planWith(definition)).toThrow(told);
  });

  test("is not named as one of the engine's", () => {
    expect(() => planWith({}, 'mlp')).toThrow(/pipeline.invalid: expected a name .*, but came 'mlp'/);
  });
});

describe('the catalogue', () => {
  let folder: string;
  beforeAll(() => {
    folder = learnerFolder();
    mkdirSync(join(folder, 'pipelines'));
    writeFileSync(join(folder, 'pipelines/orders.mjs'), `export const p = { plan: ${JSON.stringify(planWith({}))} };`);
    const lost = JSON.stringify(planWith({ module: 'learners/lost.ts' }));
    mkdirSync(join(folder, 'other/pipelines'), { recursive: true });
    writeFileSync(join(folder, 'other/pipelines/orders.mjs'), `export const p = { plan: ${lost} };`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('pins the file of each learner by its digest, and leaves the others as they are', async () => {
    const plan = (await loadCatalogue(folder)).get('orders');
    const [own, other] = planWith({}).search.learners;
    const digest = digestOf(Buffer.from(codeBlock('docs/guide.md', guideLearner)));
    expect(plan?.search.learners).toEqual([{ ...own, digest }, other]);
  });

  test('refuses a pipeline whose learner has no file', async () => {
    await expect(loadCatalogue(join(folder, 'other'))).rejects.toThrow(
      /learner.invalid: expected the file of the learner 'wide and deep', but came no learners\/lost.ts in/,
    );
  });
});
