import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { measureHash, plannedMeasures } from '../../core/measures.ts';
import type { Measure } from '../../core/scorecardPlan.ts';
import { auc, column, contract, csv, definePipeline, exhaustive, logistic, number, ownMetric } from '../../index.ts';
import { loadMeasures } from '../../workers/catalogue.ts';

/** Money kept by holding back a positive row of 50, less 2 for each row held back. */
const saved: Measure = (scores, labels) =>
  scores.reduce((sum, score, row) => sum + (score >= 0.5 ? 50 * (labels[row] ?? 0) - 2 : 0), 0) / scores.length;

const orders = contract('orders', {
  source: csv('orders.csv', { partition: 'hour' }),
  row: z.object({ time: z.date(), amount: z.number(), fraud: z.int() }),
  eventTime: 'time',
});

const pipelineWith = (name: string) =>
  definePipeline({
    id: 'orders',
    contract: orders,
    label: { name: 'fraud', from: column('fraud').equals(1), settlesAfter: '1 hour', settlesWithin: '1 hour' },
    window: { train: '7 days', validate: '1 day', test: '1 day' },
    features: { amount: number('amount') },
    search: { learners: [logistic({ l2: [0] })], maximize: auc, strategy: exhaustive({ epochs: 1 }) },
    scorecard: { metrics: [auc, ownMetric(name, saved)] },
    gate: [ownMetric(name, saved).atLeast(-3)],
  });

test('the plan holds the hash of its function, and the pipeline the function', () => {
  const { plan, measures } = pipelineWith('saved money');
  expect(plan.scorecard).toEqual({
    metrics: ['auc', 'own saved money'],
    slices: [],
    own: [{ name: 'own saved money', hash: measureHash(saved) }],
  });
  expect(measures).toEqual({ 'own saved money': saved });
  expect(plan.gate).toMatchObject([{ metric: 'own saved money', value: -3 }]);
  expect(plannedMeasures(plan, measures)).toBe(measures);
});

test('a worker with another function, or with none, is refused', () => {
  const { plan } = pipelineWith('saved money');
  const other: Measure = (scores) => scores.length;
  expect(() => plannedMeasures(plan, { 'own saved money': other })).toThrow(
    `metric.not-as-planned: expected a function with the hash ${measureHash(saved)} for 'own saved money' in the file of orders, but came ${measureHash(other)}`,
  );
  expect(() => plannedMeasures(plan)).toThrow('but came none');
});

test('its name is one that people can read', () => {
  expect(() => pipelineWith('Saved!')).toThrow(/expected a name of small letters and digits.*'own Saved!'/);
});

test("a worker finds the functions in its folder's pipelines", async () => {
  const root = join(import.meta.dirname, '../..');
  mkdirSync(join(root, '.whet'), { recursive: true });
  const folder = mkdtempSync(join(root, '.whet', 'own-metric-'));
  try {
    mkdirSync(join(folder, 'pipelines'));
    const text = `export const p = { plan: { pipeline: 'p', format: 1 }, measures: { 'own rows': (scores) => scores.length } };`;
    writeFileSync(join(folder, 'pipelines/p.mjs'), `${text}\nexport const q = { plan: { pipeline: 'q', format: 1 } };`);
    const measures = await loadMeasures(folder);
    expect([...measures.keys()]).toEqual(['p', 'q']);
    expect(measures.get('p')?.['own rows']?.(new Float32Array(3), new Uint8Array(3))).toBe(3);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
