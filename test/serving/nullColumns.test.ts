import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Encoders } from '../../core/matrix.ts';
import type { ModelPackage } from '../../core/modelPackage.ts';
import type { Candidate } from '../../core/trial.ts';
import { matrixColumns } from '../../features/matrixColumns.ts';
import { rawColumns } from '../../features/rawColumns.ts';
import { modelGraph } from '../../models/modelGraph.ts';
import { networkPart } from '../../models/networkGraph.ts';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import { scorerColumns } from '../../models/scorers/goldenRows.ts';
import { openOrtScorer } from '../../models/scorers/ortScorer.ts';
import { asJson } from '../../serving/rowShape.ts';
import { putObject, putObjectJson } from '../../storage/objects.ts';
import { oddPlan } from '../features/oddRows.ts';
import { randomWeights } from '../models/randomWeights.ts';
import { get, openWorkbench, pipeline, post, route, type Workbench } from './fixture.ts';
import { binaryBody, postBinary, rawInput } from './tensorRequest.ts';

const plan = oddPlan([
  { kind: 'number', name: 'limit', column: 'limit', missing: 'mean', indicator: true },
  { kind: 'number', name: 'bought', column: 'bought', missing: 3 },
  { kind: 'daysBetween', name: 'away', columns: ['seen', 'date'], missing: 0 },
  { kind: 'category', name: 'member', column: 'member' },
  { kind: 'textLength', name: 'length', column: 'note' },
]);
const columns = matrixColumns(plan);
const encoders: Encoders = {
  columns,
  scaling: columns.numeric.map((_, at) => ({ fill: at, mean: 1, deviation: 2 })),
  vocabularies: [['', 'false', 'true']],
};
const candidate: Candidate = { learner: 'logistic', parameters: { l2: 0, learningRate: 0.01 } };
const noon = Date.parse('2001-03-15T12:00:00Z');
const golden = {
  bought: [4, null],
  date: [noon, noon],
  limit: [2.5, null],
  member: [1, null],
  note: ['abc', ''],
  seen: [noon - 36 * 3_600_000, null],
};
const full = { bought: 4, date: '2001-03-15T12:00:00Z', limit: 2.5, member: true, note: 'abc', seen: '2001-03-14' };
const empty = { bought: null, date: '2001-03-15T12:00:00Z', limit: null, member: null, note: null, seen: null };

describe('columns that may be null', () => {
  let bench: Workbench;
  let url: string;
  let scores: readonly number[];
  beforeAll(async () => {
    bench = await openWorkbench();
    scores = await putModel(bench);
    ({ url } = await bench.open());
  });
  afterAll(() => bench.close());

  test('take null in a row', async () => {
    const { status, body } = await post(`${url}/predict/${pipeline}`, [
      { ...full, seen: '2001-03-14T00:00:00Z' },
      empty,
    ]);
    expect([status, body.predictions.map(({ score }) => score)]).toEqual([
      200,
      scores.map((score) => expect.closeTo(score, 5)),
    ]);
  });

  test('are named with null where a value is refused, or left out', async () => {
    const wrong = await post(`${url}/predict/${pipeline}`, { ...full, member: 'yes' });
    expect(wrong.body.error).toContain('expected true or false or null in column \'member\', but came "yes" in row 0');
    expect((await post(`${url}/predict/${pipeline}`, { ...full, date: null })).body.code).toBe('row.wrong-value');
    const { seen: _, ...short } = full;
    expect((await post(`${url}/predict/${pipeline}`, short)).body.code).toBe('row.missing-column');
  });

  test('travel as FP64 in tensors, where null may stand in JSON', async () => {
    const { inputs } = (await get(`${url}/v2/models/${pipeline}`)).body as unknown as {
      inputs: { datatype: string }[];
    };
    expect(inputs.map(({ datatype }) => datatype)).toEqual(['FP64', 'INT64', 'FP64', 'FP64', 'BYTES', 'FP64']);
    const data: Record<string, unknown[]> = { ...golden, note: ['abc', null], member: [true, null] };
    const tensors = Object.entries(data).map(([name, values], at) => {
      return { name, shape: [2], datatype: name === 'member' ? 'BOOL' : inputs[at]?.datatype, data: values };
    });
    const { body } = await post(`${url}/v2/models/${pipeline}/infer`, { inputs: tensors });
    expect(body.outputs[0]?.data).toEqual(scores.map((score) => expect.closeTo(score, 5)));
  });

  test('travel as NaN in raw tensors, and truths as 1 and 0', async () => {
    const inputs = Object.entries(golden).map(([name, values]) => {
      const datatype = name === 'note' ? 'BYTES' : name === 'date' ? 'INT64' : 'FP64';
      return rawInput(
        name,
        datatype,
        values.map((value) => value ?? Number.NaN),
      );
    });
    const { body, jsonBytes } = binaryBody(inputs);
    const { json } = await postBinary(url, body, jsonBytes);
    expect(json.outputs[0]?.data).toEqual(scores.map((score) => expect.closeTo(score, 5)));
    const half = inputs.map((input) => (input.name === 'member' ? rawInput('member', 'FP64', [0.5, 1]) : input));
    const refused = binaryBody(half);
    expect((await postBinary(url, refused.body, refused.jsonBytes)).json.error).toContain(
      "'member', but came 0.5 in row 0",
    );
    const small = inputs.map((input) => (input.name === 'bought' ? rawInput('bought', 'INT8', [4, 3]) : input));
    expect((await postBinary(url, binaryBody(small).body, binaryBody(small).jsonBytes)).status).toBe(200);
  });

  test('are written into JSON as null, and truths as truths', () => {
    const member = rawColumns(plan).find(({ name }) => name === 'member');
    expect([1, 0, Number.NaN].map((value) => member && asJson(member, value))).toEqual([true, false, null]);
  });
});

/** The scores of the golden rows. */
async function putModel({ store }: Workbench): Promise<readonly number[]> {
  const bytes = encodeModel(
    modelGraph(plan, encoders, {}, networkPart(encoders, candidate, randomWeights(encoders, candidate))),
  );
  const scorer = await openOrtScorer(bytes);
  const scores = [...(await scorer.score({ rows: 2, columns: scorerColumns(golden) }))];
  await scorer.release();
  const digest = await putObject(store, bytes);
  const model = { digest, bytes: bytes.byteLength };
  const made: ModelPackage = {
    format: 1,
    pipeline,
    plan: 'none',
    asOf: '2001-03-15T12',
    candidate,
    model,
    network: model,
    inputs: rawColumns(plan),
    encoders,
    table: 'none',
    threshold: 0.5,
    answer: { positive: 'late', negative: 'on time' },
    golden: { columns: golden, scores },
    lineage: { snapshot: 'none', matrix: 'none', trial: 'none' },
  };
  await route(store, 1, { version: 1, package: await putObjectJson(store, made), digest });
  return scores;
}
