import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  get,
  goodRow,
  openWorkbench,
  pipeline,
  post,
  putVersion,
  route,
  scoreOf,
  until,
  type Workbench,
} from './fixture.ts';

const noon = Date.parse('2001-03-15T12:00:00Z');

describe('Open Inference Protocol v2', () => {
  let bench: Workbench;
  let url: string;
  let model: string;
  beforeAll(async () => {
    bench = await openWorkbench();
    await route(bench.store, 3, await putVersion(bench.store, 1), await putVersion(bench.store, 2));
    ({ url } = await bench.open({ engineVersion: '1.2.3' }));
    model = `${url}/v2/models/${pipeline}`;
  });
  afterAll(() => bench.close());

  test('tells of the server, its health and its models', async () => {
    expect((await get(`${url}/v2`)).body).toMatchObject({ name: 'whetstone', version: '1.2.3' });
    expect((await get(`${url}/v2/health/live`)).body).toEqual({ live: true });
    expect((await get(`${url}/v2/health/ready`)).body).toMatchObject({ ready: true, live: true });
    const { body } = await get(model);
    expect(body).toMatchObject({ name: pipeline, versions: ['1', '2'], platform: 'onnx_onnxv1' });
    expect(body).toMatchObject({ inputs: [{ name: 'date', datatype: 'INT64', shape: [-1] }, {}, {}, {}] });
    expect((await get(`${model}/versions/1`)).status).toBe(200);
    expect((await get(`${model}/ready`)).body).toEqual({ name: pipeline, version: '1', ready: true });
    expect((await get(`${model}/config`)).body).toMatchObject({
      max_batch_size: 0,
      input: [{ data_type: 'TYPE_INT64' }, { data_type: 'TYPE_STRING' }, {}, {}],
    });
  });

  test('infers from flat and nested data, both outputs by default', async () => {
    const { status, body } = await post(`${model}/infer`, { id: 'mine', inputs: tensors(2) });
    expect(status).toBe(200);
    expect(body).toMatchObject({ model_name: pipeline, model_version: '1', id: 'mine' });
    expect(body.parameters).toMatchObject({ variant: 'champion', version: 1, epoch: 3, threshold: 0.6 });
    expect(body.outputs[0]).toMatchObject({ name: 'score', datatype: 'FP32', shape: [2] });
    expect(body.outputs[0]?.data[1]).toBeCloseTo(scoreOf(1, 12, 733, 'ORD'), 5);
    expect(body.outputs[1]).toEqual({ name: 'answer', datatype: 'BYTES', shape: [2], data: ['late', 'late'] });
    const nested = tensors(2).map((tensor) => ({
      ...tensor,
      shape: [2, 1],
      data: tensor.data.map((value) => [value]),
    }));
    expect((await post(`${model}/infer`, { inputs: nested })).body.outputs).toEqual(body.outputs);
  });

  test('makes an id where none came, and gives the outputs that were asked for', async () => {
    const { body } = await post(`${model}/infer`, { inputs: tensors(1), outputs: [{ name: 'answer' }] });
    expect(body.id).toBe(body.parameters.requestId);
    expect(body.outputs.map(({ name }) => name)).toEqual(['answer']);
  });

  test('takes whole numbers as decimal text and as whole floats', async () => {
    const expected = (await post(`${model}/infer`, { inputs: tensors(1) })).body.outputs;
    const asText = replaced('distance', { data: ['733'] });
    const asFloat = replaced('distance', { datatype: 'FP64', data: [733] });
    const isoDate = replaced('date', { datatype: 'BYTES', data: ['2001-03-15T12:00:00Z'] });
    for (const inputs of [asText, asFloat, isoDate]) {
      expect((await post(`${model}/infer`, { inputs })).body.outputs).toEqual(expected);
    }
  });

  test('points labels and numbers at loaded versions alone', async () => {
    const versionOf = async (label: string) => {
      const { status, body } = await post(`${model}/versions/${label}/infer`, { inputs: tensors(1) });
      return [status, body.model_version ?? body.error, body.parameters?.variant];
    };
    expect(await versionOf('champion')).toEqual([200, '1', 'champion']);
    expect(await versionOf('1')).toEqual([200, '1', 'champion']);
    expect(await versionOf('challenger')).toEqual([200, '2', 'challenger']);
    expect(await versionOf('2')).toEqual([200, '2', 'challenger']);
    expect(await versionOf('3')).toEqual([404, expect.stringContaining('that is loaded (1, 2)'), undefined]);
    expect((await versionOf('reference'))[0]).toBe(404);
  });

  test.each([
    [
      'a missing input',
      { inputs: tensors(1).slice(1) },
      400,
      /'date'.*inputs without it.*Send \{"inputs":\[\{"name":"date"/,
    ],
    ['an unexpected input', { inputs: [...tensors(1), tensor('delay', 'INT64', [1])] }, 400, /'delay' in inputs/],
    ['a doubled input', { inputs: [...tensors(1), ...tensors(1)] }, 400, /'date' once/],
    ['no inputs', {}, 400, /"inputs"/],
    ['an input without a name', { inputs: [{}] }, 400, /a name/],
    ['a shape that is not the data', { inputs: replaced('origin', { shape: [2] }) }, 400, /1 rows in 'origin'/],
    [
      'data that is not the shape',
      { inputs: replaced('origin', { data: ['A', 'B'] }) },
      400,
      /1 values in 'origin'.*2/,
    ],
    ['a wide shape', { inputs: replaced('date', { shape: [1, 2] }) }, 400, /shape \[rows\]/],
    ['a wrong datatype', { inputs: replaced('origin', { datatype: 'INT64' }) }, 400, /datatype for string in 'origin'/],
    ['no datatype', { inputs: replaced('origin', { datatype: undefined }) }, 400, /nothing/],
    ['no data', { inputs: replaced('origin', { data: undefined }) }, 400, /data of 'origin' as an array/],
    ['null in data', { inputs: replaced('distance', { data: [null] }) }, 400, /null in row 0/],
    ['no rows', { inputs: tensors(0) }, 400, /at least one row/],
    ['too many rows', { inputs: tensors(10_001) }, 413, /at most 10000 rows/],
    ['an unknown output', { inputs: tensors(1), outputs: [{ name: 'logits' }] }, 400, /score, answer.*"logits"/],
    [
      'ranked classes',
      { inputs: tensors(1), outputs: [{ name: 'score', parameters: { classification: 2 } }] },
      501,
      /'classification'/,
    ],
    ['a sequence', { inputs: tensors(1), parameters: { sequence_id: 7 } }, 501, /'sequence_id' in the request/],
    ['parameters that are none', { inputs: tensors(1), parameters: [1] }, 400, /parameters of the request/],
    ['an output twice', { inputs: tensors(1), outputs: ['score', 'score'] }, 400, /each output once/],
    ['a negative shape', { inputs: replaced('date', { shape: [-1] }) }, 400, /shape \[rows\]/],
    [
      'a value beyond its datatype',
      { inputs: replaced('distance', { datatype: 'INT8', data: [300] }) },
      400,
      /from -128 to 127 in column 'distance'/,
    ],
    ['a rounded number', { inputs: replaced('distance', { data: [2 ** 53] }) }, 400, /beyond 2\^53 as decimal text/],
    ['text in a tensor of floats', { inputs: replaced('distance', { datatype: 'FP64', data: ['7'] }) }, 400, /64 bits/],
    ['broken JSON', '{', 400, /JSON/],
  ])('refuses %s', async (_, body, status, text) => {
    const refused = await post(`${model}/infer`, body);
    expect(refused.status).toBe(status);
    expect(refused.body.error).toMatch(text);
    expect(Object.keys(refused.body)).toEqual(['error']);
  });

  test('counts what each version did', async () => {
    await post(`${model}/versions/2/infer`, { inputs: tensors(3) });
    const { body } = await get(`${model}/versions/2/stats`);
    expect(body).toMatchObject({ model_stats: [{ version: '2', inference_stats: { fail: { count: 0 } } }] });
  });

  test('answers 404 for an unknown model and 503 for one without a version', async () => {
    const unknown = await post(`${url}/v2/models/other/infer`, { inputs: tensors(1) });
    expect(unknown.status).toBe(404);
    expect(Object.keys(unknown.body)).toEqual(['error']);
    await route(bench.store, 0, null, null, 'new-one');
    await until(async () => (await get(`${url}/v2/models/new-one`)).status === 503);
    const early = await post(`${url}/predict/new-one`, goodRow);
    expect([early.status, early.body.code, early.headers.get('retry-after')]).toEqual([503, 'model.not-ready', '1']);
    expect(early.body.error).toContain('whet retrain new-one');
    expect((await get(`${url}/v2/health/ready`)).status).toBe(200);
  });
});

function tensor(name: string, datatype: string, data: readonly unknown[]) {
  return { name, datatype, shape: [data.length], data };
}

function tensors(rows: number) {
  const all = <T>(value: T): T[] => new Array<T>(rows).fill(value);
  return [
    tensor('date', 'INT64', all(noon)),
    tensor('destination', 'BYTES', all('JFK')),
    tensor('distance', 'INT64', all(733)),
    tensor('origin', 'BYTES', all('ORD')),
  ];
}

function replaced(name: string, change: object) {
  return tensors(1).map((each) => (each.name === name ? { ...each, ...change } : each));
}
