import { join } from 'node:path';
import { credentials, loadPackageDefinition, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callMetadata } from '../../serving/grpc/callMetadata.ts';
import type { Server } from '../../serving/server.ts';
import {
  get,
  openWorkbench,
  patient,
  pipeline,
  post,
  putVersion,
  route,
  scoreOf,
  until,
  type Workbench,
} from './fixture.ts';
import { noon, rawInputs } from './tensorRequest.ts';

interface Client {
  close(): void;
  [method: string]: unknown;
}

type Call = (request: object, metadata: Metadata, done: (error: ServiceError | null, reply: Reply) => void) => void;

interface Reply {
  readonly id: string;
  readonly model_version: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly outputs: readonly { name: string; shape: string[]; contents: { fp32_contents: number[] } | null }[];
  readonly raw_output_contents: readonly Buffer[];
}

describe('the Open Inference Protocol v2 over gRPC', () => {
  let bench: Workbench;
  let server: Server;
  let client: Client;
  beforeAll(async () => {
    bench = await openWorkbench();
    await route(bench.store, 3, await putVersion(bench.store, 1), await putVersion(bench.store, 2));
    server = await bench.open({
      grpcPort: 0,
      engineVersion: '1.2.3',
      limits: { ...patient, rowsPerRequest: 100, bodyBytes: 4096 },
    });
    client = clientOf(server.grpc ?? '');
    await until(async () => (await get(`${server.url}/v2/models/${pipeline}/versions/2`)).status === 200);
  });
  afterAll(async () => {
    client.close();
    await bench.close();
  });

  const call = (method: string, request: object = {}, metadata = new Metadata()): Promise<Reply> =>
    new Promise((resolve, reject) => {
      (client[method] as Call).call(client, request, metadata, (error, reply) =>
        error ? reject(error) : resolve(reply),
      );
    });
  const refused = async (method: string, request: object): Promise<[status, string]> => {
    const { code, details } = await call(method, request).then(
      () => expect.fail('answered'),
      (error) => error,
    );
    return [code, details];
  };
  const infer = (request: object) => call('ModelInfer', { model_name: pipeline, ...request });

  test('tells of the server, its health and its models', async () => {
    expect(await call('ServerLive')).toEqual({ live: true });
    expect(await call('ServerReady')).toEqual({ ready: true });
    expect(await call('ServerMetadata')).toMatchObject({ name: 'whetstone', version: '1.2.3' });
    expect(await call('ModelReady', { name: pipeline })).toEqual({ ready: true });
    expect(await call('ModelMetadata', { name: pipeline, version: 'challenger' })).toMatchObject({
      versions: ['1', '2'],
      inputs: [{ name: 'date', datatype: 'INT64', shape: ['-1'] }, {}, {}, {}],
    });
    expect(await call('ModelConfig', { name: pipeline })).toMatchObject({
      config: { input: [{ data_type: 'TYPE_INT64' }, {}, {}, {}] },
    });
    expect(await call('RepositoryIndex', { ready: true })).toMatchObject({
      models: [
        { version: '1', state: 'READY' },
        { version: '2', state: 'READY' },
      ],
    });
  });

  test('infers from typed and from raw contents, and answers in kind', async () => {
    const typed = await infer({ inputs: typedInputs(), id: 'mine' });
    expect(typed).toMatchObject({ id: 'mine', model_version: '1', raw_output_contents: [] });
    expect(typed.outputs[0]?.contents?.fp32_contents).toEqual([expect.closeTo(scoreOf(1, 12, 733, 'ORD'), 5)]);
    expect(typed.parameters).toMatchObject({
      variant: { string_param: 'champion' },
      epoch: { int64_param: '3' },
      threshold: { double_param: 0.6 },
    });
    const raw = await infer(rawRequest());
    expect(raw.outputs).toMatchObject([
      { name: 'score', contents: null },
      { name: 'answer', shape: ['1'] },
    ]);
    expect([raw.raw_output_contents[0]?.readFloatLE(0)]).toEqual(typed.outputs[0]?.contents?.fp32_contents);
    expect(raw.raw_output_contents[1]?.toString()).toBe('\u0004\0\0\0late');
  });

  test('takes versions and aliases, outputs by name, and an id among the metadata', async () => {
    const metadata = new Metadata();
    metadata.set('x-request-id', 'from-metadata');
    const request = {
      model_name: pipeline,
      model_version: 'challenger',
      ...rawRequest(),
      outputs: [{ name: 'answer' }],
    };
    expect(await call('ModelInfer', request, metadata)).toMatchObject({
      id: 'from-metadata',
      model_version: '2',
      outputs: [{ name: 'answer' }],
    });
    expect((await infer({ ...rawRequest(), model_version: '2' })).model_version).toBe('2');
    expect((await infer(rawRequest())).id).toMatch(/^[0-9a-f]{16}-/);
  });

  test('refuses a deadline that is none, and takes the one of gRPC', async () => {
    const metadata = new Metadata();
    metadata.set('x-whet-deadline-ms', 'soon');
    const request = { model_name: pipeline, ...rawRequest() };
    const { code, details } = await call('ModelInfer', request, metadata).then(
      () => expect.fail('answered'),
      (error) => error,
    );
    expect([code, details]).toEqual([status.INVALID_ARGUMENT, expect.stringContaining("'soon'")]);
    const [said, unsaid] = [new Metadata(), callMetadata({ metadata: new Metadata(), getDeadline: () => Infinity })];
    said.set('x-whet-customer', '42');
    const beside = callMetadata({ metadata: said, getDeadline: () => new Date(Date.now() + 60_000) });
    expect([beside('customer'), unsaid('customer'), unsaid('deadline-ms')]).toEqual(['42', undefined, undefined]);
    expect(Number(beside('deadline-ms'))).toBeGreaterThan(30_000);
  });

  test('carries whole numbers beyond 2^53', async () => {
    const inputs = replaced('distance', { contents: { int64_contents: ['9007199254740993'] } });
    expect((await infer({ inputs })).outputs[0]?.contents?.fp32_contents).toEqual([1]);
  });

  test.each<[string, string, object, status, RegExp]>([
    ['an unknown model', 'ModelInfer', { model_name: 'other' }, status.NOT_FOUND, /model.unknown/],
    ['an unknown version', 'ModelReady', { name: pipeline, version: '9' }, status.NOT_FOUND, /that is loaded \(1, 2\)/],
    ['no inputs', 'ModelInfer', { model_name: pipeline }, status.INVALID_ARGUMENT, /'date', 'destination'/],
    ['too many rows', 'ModelInfer', manyRows(), status.RESOURCE_EXHAUSTED, /at most 100 rows/],
    [
      'a message that is too large',
      'ModelInfer',
      { model_name: 'x'.repeat(5_000) },
      status.RESOURCE_EXHAUSTED,
      /larger than max/,
    ],
    [
      'contents in another field',
      'ModelInfer',
      asked(replaced('distance', { contents: { fp32_contents: [1] } })),
      status.INVALID_ARGUMENT,
      /'distance' in int64_contents, for INT64, but came fp32_contents/,
    ],
    [
      'infinity',
      'ModelInfer',
      asked(replaced('distance', { datatype: 'FP32', contents: { fp32_contents: [Infinity] } })),
      status.INVALID_ARGUMENT,
      /Infinity in row 0/,
    ],
    [
      'a value beyond its datatype',
      'ModelInfer',
      asked(replaced('distance', { datatype: 'INT8', contents: { int_contents: [200] } })),
      status.INVALID_ARGUMENT,
      /from -128 to 127/,
    ],
    [
      'a shape beyond 2^53',
      'ModelInfer',
      asked(replaced('date', { shape: ['9223372036854775807'] })),
      status.INVALID_ARGUMENT,
      /shape \[rows\]/,
    ],
    [
      'fewer raw contents than inputs',
      'ModelInfer',
      { model_name: pipeline, ...rawRequest(), raw_input_contents: [Buffer.alloc(8)] },
      status.INVALID_ARGUMENT,
      /each of the 4 inputs/,
    ],
    [
      'raw contents beside typed ones',
      'ModelInfer',
      { ...rawRequest(), ...asked(typedInputs()) },
      status.INVALID_ARGUMENT,
      /'date' either in contents/,
    ],
    [
      'text that is no UTF-8',
      'ModelInfer',
      asked(replaced('origin', { contents: { bytes_contents: [Buffer.from([0xff])] } })),
      status.INVALID_ARGUMENT,
      /UTF-8 in the input 'origin'/,
    ],
    [
      'ranked classes',
      'ModelInfer',
      { ...asked(typedInputs()), outputs: [{ name: 'score', parameters: { classification: { int64_param: 1 } } }] },
      status.UNIMPLEMENTED,
      /'classification'/,
    ],
  ])('refuses %s', async (_, method, request, code, text) => {
    expect(await refused(method, request)).toEqual([code, expect.stringMatching(text)]);
  });

  test('is told in the overview, counted and logged as REST is', async () => {
    expect((await get(server.url)).body).toMatchObject({ grpc: server.grpc });
    const before = await rows();
    await infer(rawRequest());
    await post(`${server.url}/predict/${pipeline}`, { date: noon, destination: 'JFK', distance: 733, origin: 'ORD' });
    expect(await rows()).toBe(before + 2);
    await until(async () => (await get(`${server.url}/v2/health/ready`)).body.log.waiting === 0);
  });

  const rows = async (): Promise<number> => {
    const { body } = await get(`${server.url}/v2/models/${pipeline}/stats`);
    return (body as unknown as { model_stats: [{ inference_count: number }] }).model_stats[0].inference_count;
  };

  test('says no where a model is known and not ready, and ends with the server', async () => {
    await route(bench.store, 0, null, null, 'new-one');
    await until(async () => (await get(`${server.url}/v2/models/new-one`)).status === 503);
    expect(await call('ModelReady', { name: 'new-one' })).toEqual({ ready: false });
    expect((await refused('ModelMetadata', { name: 'new-one' }))[0]).toBe(status.UNAVAILABLE);
    await server.close();
    expect((await refused('ServerLive', {}))[0]).toBe(status.UNAVAILABLE);
  });
});

function clientOf(address: string): Client {
  const file = join(import.meta.dirname, '../../serving/grpc/openInference.proto');
  const definition = loadPackageDefinition(
    loadSync(file, { keepCase: true, longs: String, enums: String, defaults: true }),
  );
  const { inference } = definition as unknown as {
    inference: { GRPCInferenceService: new (...given: unknown[]) => Client };
  };
  return new inference.GRPCInferenceService(address, credentials.createInsecure());
}

function typedInputs() {
  return [
    { name: 'date', datatype: 'INT64', shape: [1], contents: { int64_contents: [noon] } },
    { name: 'destination', datatype: 'BYTES', shape: [1], contents: { bytes_contents: [Buffer.from('JFK')] } },
    { name: 'distance', datatype: 'INT64', shape: [1, 1], contents: { int64_contents: [733] } },
    { name: 'origin', datatype: 'BYTES', shape: [1], contents: { bytes_contents: [Buffer.from('ORD')] } },
  ];
}

function rawRequest() {
  const inputs = rawInputs();
  return { inputs: inputs.map(({ raw: _, ...input }) => input), raw_input_contents: inputs.map(({ raw }) => raw) };
}

function asked(inputs: readonly object[]) {
  return { model_name: pipeline, inputs };
}

function replaced(name: string, change: object) {
  return typedInputs().map((input) => (input.name === name ? { ...input, ...change } : input));
}

function manyRows() {
  return asked(replaced('date', { shape: [101], contents: { int64_contents: new Array(101).fill(noon) } }));
}
