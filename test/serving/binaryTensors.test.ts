import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { get, openWorkbench, pipeline, post, putVersion, route, scoreOf, type Workbench } from './fixture.ts';
import { binaryBody, noon, postBinary, type RawInput, rawInput, rawInputs } from './tensorRequest.ts';

describe('binary tensors over REST', () => {
  let bench: Workbench;
  let url: string;
  beforeAll(async () => {
    bench = await openWorkbench();
    await route(bench.store, 1, await putVersion(bench.store, 1));
    ({ url } = await bench.open());
  });
  afterAll(() => bench.close());

  const send = (inputs: readonly RawInput[], more: object = {}) => {
    const { body, jsonBytes } = binaryBody(inputs, more);
    return postBinary(url, body, jsonBytes);
  };
  const scoresOf = async (inputs: readonly RawInput[]) => (await send(inputs)).json.outputs[0]?.data;

  test('are advertised', async () => {
    expect((await get(`${url}/v2`)).text).toContain('"binary_tensor_data"');
  });

  test('give the same answer as JSON, in either form', async () => {
    const asJson = await send(rawInputs());
    expect(asJson.json.outputs).toMatchObject([
      { data: [expect.closeTo(scoreOf(1, 12, 733, 'ORD'), 5)] },
      { data: ['late'] },
    ]);
    const asRaw = await send(rawInputs(), { parameters: { binary_data_output: true } });
    expect(asRaw.json.outputs.map(({ parameters }) => parameters)).toEqual([
      { binary_data_size: 4 },
      { binary_data_size: 8 },
    ]);
    expect([asRaw.raw.readFloatLE(0)]).toEqual(asJson.json.outputs[0]?.data);
    expect(asRaw.raw.subarray(4).toString()).toBe('\u0004\0\0\0late');
  });

  test('come for the outputs that ask for them', async () => {
    const outputs = [{ name: 'answer', parameters: { binary_data: false } }, { name: 'score' }];
    const mixed = await send(rawInputs(), { outputs, parameters: { binary_data_output: true } });
    expect(mixed.json.outputs).toMatchObject([
      { name: 'answer', data: ['late'] },
      { parameters: { binary_data_size: 4 } },
    ]);
    expect(mixed.raw.length).toBe(4);
    const plain = { inputs: [], outputs: [{ name: 'score', parameters: { binary_data: true } }] };
    const body = { ...plain, inputs: jsonInputs() };
    const { headers, text } = await post(`${url}/v2/models/${pipeline}/infer`, body);
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(Number(headers.get('inference-header-content-length'))).toBe(text.lastIndexOf('}') + 1);
  });

  test('may stand beside inputs as JSON', async () => {
    const [date, ...others] = rawInputs();
    const { body, jsonBytes } = binaryBody(others);
    const json = JSON.parse(body.subarray(0, jsonBytes).toString());
    const both = Buffer.from(JSON.stringify({ inputs: [...json.inputs, { ...date, raw: undefined, data: [noon] }] }));
    const { status } = await postBinary(url, Buffer.concat([both, body.subarray(jsonBytes)]), both.length);
    expect(status).toBe(200);
  });

  test.each(['INT16', 'INT32', 'INT64', 'UINT16', 'UINT32', 'UINT64', 'FP32', 'FP64'])(
    'carry a whole number as %s',
    async (datatype) => {
      expect(await scoresOf(replaced(rawInput('distance', datatype, [733])))).toEqual(await scoresOf(rawInputs()));
    },
  );

  test('carry whole numbers beyond 2^53 exactly, and refuse those beyond 64 bits with a sign', async () => {
    expect((await send(replaced(rawInput('distance', 'INT64', [2n ** 62n + 1n])))).status).toBe(200);
    const beyond = await send(replaced(rawInput('distance', 'UINT64', [2n ** 64n - 1n])));
    expect([beyond.status, beyond.json.error]).toEqual([400, expect.stringContaining('18446744073709551615')]);
  });

  test('carry texts of any language', async () => {
    expect((await send(replaced(rawInput('origin', 'BYTES', ['Zürich 机场'])))).status).toBe(200);
  });

  test.each<[string, RawInput, RegExp]>([
    ['NaN', rawInput('distance', 'FP64', [Number.NaN]), /NaN in row 0/],
    ['infinity', rawInput('distance', 'FP32', [Number.POSITIVE_INFINITY]), /Infinity in row 0/],
    ['a fraction', rawInput('distance', 'FP32', [0.5]), /'distance', but came 0.5/],
    ['too few bytes', { ...rawInput('distance', 'INT64', [1]), raw: Buffer.alloc(7) }, /8 bytes for 1 values.*came 7/],
    ['too many bytes', { ...rawInput('distance', 'INT64', [1]), raw: Buffer.alloc(9) }, /8 bytes for 1 values.*came 9/],
    ['another datatype', rawInput('distance', 'BOOL', [1]), /a datatype for int in 'distance'/],
    [
      'text that is no UTF-8',
      { ...rawInput('origin', 'BYTES', ['x']), raw: Buffer.from([1, 0, 0, 0, 0xff]) },
      /UTF-8.*row 0/,
    ],
    [
      'a text longer than its bytes',
      { ...rawInput('origin', 'BYTES', ['x']), raw: Buffer.from([9, 0, 0, 0, 65]) },
      /each after its length/,
    ],
    [
      'a length cut short',
      { ...rawInput('origin', 'BYTES', ['x']), raw: Buffer.from([1, 0]) },
      /each after its length/,
    ],
    [
      'bytes after the last text',
      { ...rawInput('origin', 'BYTES', ['x', 'y']), shape: [1] },
      /5 bytes for 1 values.*came 10/,
    ],
  ])('refuse %s', async (_, input, text) => {
    const { status, json } = await send(replaced(input));
    expect([status, json.error]).toEqual([400, expect.stringMatching(text)]);
  });

  test.each<[string, string | number]>([
    ['no number', 'abc'],
    ['a negative one', -1],
    ['a fraction', 1.5],
    ['none', 0],
    ['more than the body', 100_000],
    ['more than any body', '99999999999999999999'],
    ['two', '10, 20'],
  ])('refuse a header with %s', async (_, header) => {
    const { status, json } = await postBinary(url, binaryBody(rawInputs()).body, header);
    expect([status, json.error]).toEqual([400, expect.stringContaining('in Inference-Header-Content-Length')]);
  });

  test.each<[string, (inputs: Described[]) => void, RegExp]>([
    ['is larger than the body', ([date]) => described(date, 9_999), /9999 bytes of 'date' after the JSON/],
    ['leaves bytes over', ([, , , origin]) => described(origin, 0), /19 bytes after the JSON.*came 26/],
    ['is negative', ([date]) => described(date, -8), /whole number of bytes as binary_data_size of 'date'/],
    ['is text', ([date]) => described(date, '8'), /whole number of bytes/],
    [
      'stands beside data',
      ([date]) => Object.assign(date ?? {}, { data: [1] }),
      /'date' either in data or in raw bytes/,
    ],
  ])('refuse a size that %s', async (_, change, text) => {
    const { body, jsonBytes } = binaryBody(rawInputs());
    const { inputs } = JSON.parse(body.subarray(0, jsonBytes).toString());
    change(inputs);
    const json = Buffer.from(JSON.stringify({ inputs }));
    const refused = await postBinary(url, Buffer.concat([json, body.subarray(jsonBytes)]), json.length);
    expect([refused.status, refused.json.error]).toEqual([400, expect.stringMatching(text)]);
  });

  test('need the header', async () => {
    const { body, jsonBytes } = binaryBody(rawInputs());
    const refused = await post(`${url}/v2/models/${pipeline}/infer`, body.subarray(0, jsonBytes).toString());
    expect([refused.status, refused.body.error]).toEqual([400, expect.stringMatching(/but came no such header/)]);
  });

  test('are not unpacked', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const { status, body } = await post(`${url}/v2/models/${pipeline}/infer`, '{}', headers);
    expect([status, body.error]).toEqual([501, expect.stringContaining('Content-Encoding')]);
  });
});

interface Described {
  parameters: { binary_data_size: unknown };
}

function described(input: Described | undefined, size: unknown): void {
  if (input !== undefined) input.parameters.binary_data_size = size;
}

function replaced(input: RawInput): RawInput[] {
  return rawInputs().map((each) => (each.name === input.name ? input : each));
}

function jsonInputs() {
  const values: Record<string, unknown> = { date: noon, destination: 'JFK', distance: 733, origin: 'ORD' };
  return rawInputs().map(({ name, datatype, shape }) => ({ name, datatype, shape, data: [values[name]] }));
}
