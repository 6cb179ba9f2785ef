import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { columns, commonPipeline, commonRow, putCommonModel, width } from '../../bench/serving/commonModel.ts';
import { oipBody, oipBodyByColumn } from '../../bench/serving/servers.ts';
import { openWorkbench, post, type Workbench } from './fixture.ts';

/** The bad input that other servers answer with null, with NaN, with a rounded number, or with 500. */
let bench: Workbench;
let url: string;
let score: number | string | undefined;
beforeAll(async () => {
  bench = await openWorkbench();
  await putCommonModel(bench.store);
  ({ url } = await bench.open());
  const good = await post(`${url}/v2/models/${commonPipeline}/infer`, oipBody);
  expect(good.status).toBe(200);
  score = good.body.outputs[0]?.data[0];
});
afterAll(() => bench.close());

function wide(data: readonly unknown[], shape: unknown = [1, width], datatype = 'FP64', name = 'columns'): string {
  return JSON.stringify({ inputs: [{ name, shape, datatype, data }] });
}

/** The good body with another sixth number, as text, for JSON cannot say them all. */
function sixth(value: string): string {
  return oipBody.replace(String(commonRow[5]), value);
}

const short = commonRow.slice(1);
const input = JSON.parse(oipBody).inputs[0];

describe('a row of 32 numbers', () => {
  test.each([
    ['broken JSON', oipBody.slice(0, -9), 400],
    ['31 features', wide(short, [1, 31]), 400],
    ['33 features', wide([...commonRow, 1], [1, 33]), 400],
    ['NaN', sixth('NaN'), 400],
    ['null', sixth('null'), 400],
    ['1e999', sixth('1e999'), 400],
    ['"abc" for a number', sixth('"abc"'), 400],
    ['"1.5" for a number', sixth('"1.5"'), 400],
    ['true for a number', sixth('true'), 400],
    ['1e39 in FP32', sixth('1e39').replace('FP64', 'FP32'), 400],
    ['an empty body', '', 400],
    ['{}', '{}', 400],
    ['[]', '[]', 400],
    ['no rows', wide([], [0, width]), 400],
    ['31 values in a shape of 32', wide(short), 400],
    ['a shape of [2, 16]', wide(commonRow, [2, 16]), 400],
    ['a shape of [-1, 32]', wide(commonRow, [-1, width]), 400],
    ['floats as INT64', wide(commonRow, [1, width], 'INT64'), 400],
    ['numbers as BYTES', wide(commonRow, [1, width], 'BYTES'), 400],
    ['an unknown datatype', wide(commonRow, [1, width], 'FLOATY'), 400],
    ['a wrong name', wide(commonRow, [1, width], 'FP64', 'nope'), 400],
    ['the input twice', JSON.stringify({ inputs: [input, input] }), 400],
  ])('as %s is refused, with a reason', async (_, body, status) => {
    const refused = await post(`${url}/v2/models/${commonPipeline}/infer`, body);
    expect([refused.status, Object.keys(refused.body)]).toEqual([status, ['error']]);
    expect(refused.body.error).toMatch(/^(request|row)\.[a-z-]+: expected .+, but came .+\. /);
  });

  test.each([
    ['a tensor for each column', oipBodyByColumn],
    ['nested data', wide([commonRow])],
    ['an unknown key beside the inputs', JSON.stringify({ ...JSON.parse(oipBody), zzz: 1 })],
  ])('as %s has the same score', async (_, body) => {
    const { status, body: answer } = await post(`${url}/v2/models/${commonPipeline}/infer`, body);
    expect([status, answer.outputs[0]?.data[0]]).toEqual([200, score]);
  });

  test('as FP32 has a score from numbers of 32 bits, which its decimals stand for', async () => {
    const { body } = await post(`${url}/v2/models/${commonPipeline}/infer`, wide(commonRow, [1, width], 'FP32'));
    expect(body.outputs[0]?.data[0]).toBeCloseTo(Number(score), 6);
  });

  test('in raw bytes, two rows of it, has the same score twice', async () => {
    const raw = Buffer.from(new Float64Array([...commonRow, ...commonRow]).buffer);
    const parameters = { binary_data_size: raw.length };
    const json = JSON.stringify({ inputs: [{ name: 'columns', shape: [2, width], datatype: 'FP64', parameters }] });
    const response = await fetch(`${url}/v2/models/${commonPipeline}/infer`, {
      method: 'POST',
      body: Buffer.concat([Buffer.from(json), raw]),
      headers: { 'inference-header-content-length': String(json.length) },
    });
    const answer = (await response.json()) as { outputs: readonly { data: readonly unknown[] }[] };
    expect(answer.outputs[0]?.data).toEqual([score, score]);
  });

  test('is refused by the names of its columns where one is missing', async () => {
    const inputs = JSON.parse(oipBodyByColumn).inputs.slice(1);
    const { status, body } = await post(`${url}/v2/models/${commonPipeline}/infer`, { inputs });
    expect([status, body.error.includes(`'${columns[0]}'`)]).toEqual([400, true]);
  });

  test('of no model is 404', async () => {
    expect((await post(`${url}/v2/models/nobody/infer`, oipBody)).status).toBe(404);
  });
});
