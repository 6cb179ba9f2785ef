import { describe, expect, test } from 'vitest';
import { columnsRead } from '../../core/columnsRead.ts';
import type { Encoders, HourTable } from '../../core/matrix.ts';
import type { Plan } from '../../core/plan.ts';
import type { Candidate } from '../../core/trial.ts';
import { matrixColumns } from '../../features/matrixColumns.ts';
import { packageVersion } from '../../models/buildPackage.ts';
import type { Weights } from '../../models/learners/weights.ts';
import { modelGraph } from '../../models/modelGraph.ts';
import { networkGraph, networkPart } from '../../models/networkGraph.ts';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import { openNetworkScorer } from '../../models/scorers/networkScorer.ts';
import { openOrtScorer } from '../../models/scorers/ortScorer.ts';
import type { ScorerColumns } from '../../models/scorers/scorer.ts';
import { digestOf } from '../../storage/digest.ts';
import { flightPlan } from './flightPlan.ts';
import { candidates, randomWeights } from './randomWeights.ts';

describe('networkGraph', () => {
  test('scales, adds up and squashes, as one does by hand', async () => {
    const candidate: Candidate = { learner: 'logistic', parameters: {} };
    const encoders: Encoders = {
      columns: { numeric: ['distance'], categories: ['origin'] },
      scaling: [{ mean: 700, deviation: 350 }],
      vocabularies: [['ATL', 'ORD']],
    };
    const weights: Weights = [
      { name: 'numeric', dims: [1, 1], values: Float32Array.of(0.5) },
      { name: 'values/origin', dims: [3, 1], values: Float32Array.of(0, -1, 2) },
      { name: 'bias', dims: [1], values: Float32Array.of(0.25) },
    ];
    const scorer = await openNetworkScorer(
      encodeModel(networkGraph(flightPlan, encoders, networkPart(encoders, candidate, weights))),
    );
    const numeric = Float32Array.of(1050, 700, 0);
    const categories = Int32Array.of(2, 0, 1);
    const scores = await scorer.score({ rows: 3, width: 1, numeric, categories, categoryNames: ['origin'] });
    const expected = [0.5 + 2 + 0.25, 0.25, -1 - 1 + 0.25].map((logit) => 1 / (1 + Math.exp(-logit)));
    for (const [row, score] of scores.entries()) expect(score).toBeCloseTo(expected[row] ?? 0, 6);
    await scorer.release();
  });
});

describe.each(candidates)('modelGraph of $learner', (candidate) => {
  test('takes exactly the raw columns and scores as the network does', async () => {
    expect(await bothScores(flightPlan, candidate)).toEqual({
      inputs: ['date int64', 'destination string', 'distance int64', 'origin string'],
      output: 'score',
      agree: true,
    });
  });

  // If this fails the package of one input is another than before: raise `packageVersion`, then update.
  test('golden: the bytes belong to this packageVersion', () => {
    const encoders = encodersOf(flightPlan);
    const weights = randomWeights(encoders, candidate);
    const model = digestOf(
      encodeModel(modelGraph(flightPlan, encoders, table, networkPart(encoders, candidate, weights))),
    );
    const network = digestOf(
      encodeModel(networkGraph(flightPlan, encoders, networkPart(encoders, candidate, weights))),
    );
    expect({ packageVersion, model, network }).toMatchSnapshot();
  });

  test('without a numeric feature, without a category', async () => {
    const categories = {
      ...flightPlan,
      features: flightPlan.features.filter((feature) => feature.kind === 'category'),
    };
    const numbers = { ...flightPlan, features: flightPlan.features.filter((feature) => feature.kind !== 'category') };
    expect(await bothScores(categories, candidate)).toMatchObject({ inputs: ['destination string', 'origin string'] });
    expect(await bothScores(categories, candidate)).toMatchObject({ agree: true });
    expect(await bothScores(numbers, candidate)).toMatchObject({ agree: true });
  });

  test.each(['score', 'numeric', 'scaled', 'probability', 'logit'])('a column may be called %s', async (name) => {
    const rename = (column: string): string => (column === 'distance' ? name : column);
    const plan: Plan = {
      ...flightPlan,
      contract: {
        ...flightPlan.contract,
        columns: flightPlan.contract.columns.map((column) => ({ ...column, name: rename(column.name) })),
      },
      features: flightPlan.features.map((feature) => {
        return {
          ...feature,
          name: rename(feature.name),
          column: columnsRead(feature).map(rename)[0],
        } as typeof feature;
      }),
    };
    const output = name === 'score' ? 'score_' : 'score';
    expect(await bothScores(plan, candidate)).toMatchObject({ output, agree: true });
  });
});

const table: HourTable = {
  originLately: { keys: ['ATL', 'ORD'], positives: [3, 1], totals: [10, 20] },
  destinationLately: { keys: [], positives: [], totals: [] },
};

/** A row at midnight of 1970, when both angles are 0, from ATL to somewhere unseen, scored in both ways. */
async function bothScores(plan: Plan, candidate: Candidate) {
  const encoders = encodersOf(plan);
  const { columns } = encoders;
  const weights = randomWeights(encoders, candidate);
  const graph = modelGraph(plan, encoders, table, networkPart(encoders, candidate, weights));
  const model = await openOrtScorer(encodeModel(graph));
  const network = await openNetworkScorer(
    encodeModel(networkGraph(plan, encoders, networkPart(encoders, candidate, weights))),
  );
  const [score] = await model.score(rawRow(model.inputs.map((input) => input.name)));
  const prior = 4 / 30;
  const values = new Map(
    Object.entries({ 'hour.sin': 0, 'hour.cos': 1, 'weekday.sin': 0, 'weekday.cos': 1, destinationLately: 0.5 }),
  ).set('originLately', (3 + 10 * prior) / 20);
  const [expected] = await network.score({
    rows: 1,
    width: columns.numeric.length,
    numeric: Float32Array.from(columns.numeric, (name) => values.get(name) ?? 5),
    categories: Int32Array.from(columns.categories, (name) => (name === 'origin' ? 1 : 0)),
    categoryNames: columns.categories,
  });
  await Promise.all([model.release(), network.release()]);
  return {
    inputs: model.inputs.map(({ name, type }) => `${name} ${type}`),
    output: graph.outputs[0]?.name,
    agree: Math.abs((score ?? 0) - (expected ?? 1)) < 1e-6,
  };
}

function encodersOf(plan: Plan): Encoders {
  const columns = matrixColumns(plan);
  const scaling = columns.numeric.map((_, at) => ({ mean: at / 4, deviation: 1 + at }));
  return { columns, scaling, vocabularies: columns.categories.map(() => ['ATL', 'ORD']) };
}

function rawRow(names: readonly string[]): ScorerColumns {
  const known: Record<string, (string | number)[]> = { date: [0], origin: ['ATL'], destination: ['???'] };
  return { rows: 1, columns: Object.fromEntries(names.map((name) => [name, known[name] ?? [5]])) };
}
