import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Server } from '../../../serving/server.ts';
import { codeBlock } from '../../docs/codeBlocks.ts';
import { get, openWorkbench, pipeline, putVersion, route, scoreOf, until, type Workbench } from '../fixture.ts';
import { type PythonClient, pythonClient, pythonOf } from './pythonClient.ts';

const execute = promisify(execFile);
const tritonPackages = ['tritonclient[http,grpc]==2.73.0'];
const triton = await pythonClient('triton', tritonPackages);
const python = (await pythonOf('triton', tritonPackages)) ?? '';
const kserve = await pythonClient('kserveClient', ['kserve==0.21.0']);

/** The first row of each script, by the fixture's model; scores are 32-bit floats. */
const first = (version: number) => expect.closeTo(scoreOf(version, 12, 733, 'ORD'), 5);

describe('clients from PyPI', () => {
  let bench: Workbench;
  let server: Server;
  let tritonTold: TritonTold;
  beforeAll(async () => {
    bench = await openWorkbench();
    await route(bench.store, 3, await putVersion(bench.store, 1), await putVersion(bench.store, 2));
    server = await bench.open({ grpcPort: 0, engineVersion: '1.2.3' });
    await until(async () => (await get(`${server.url}/v2/models/${pipeline}/versions/2`)).status === 200);
    if (triton !== undefined) tritonTold = await ask(triton, new URL(server.url).host);
  });
  afterAll(() => bench.close());

  const ask = async <Told>(client: PythonClient | undefined, address: string): Promise<Told> => {
    return (await client?.(address, server.grpc ?? '', pipeline)) as Told;
  };

  test.skipIf(triton === undefined)("NVIDIA's is understood over HTTP and gRPC", async () => {
    const { http, grpc } = tritonTold;
    const extensions = expect.arrayContaining(['binary_tensor_data', 'model_configuration', 'statistics']);
    const said = {
      live: true,
      ready: true,
      model: true,
      all: 2,
      server: { name: 'whetstone', version: '1.2.3', extensions },
    };
    const inputs = [{ name: 'date', datatype: 'INT64' }, {}, {}, {}];
    const config = [{ name: 'date', data_type: 'TYPE_INT64' }, { data_type: 'TYPE_STRING' }, {}, {}];
    const index = [{ name: pipeline, version: '1', state: 'READY' }, { version: '2' }];
    expect(http).toMatchObject({
      ...said,
      version: true,
      unknown: false,
      metadata: { versions: ['1', '2'], inputs },
      config: { input: config },
      index,
    });
    expect(grpc).toMatchObject({
      ...said,
      metadata: { versions: ['1', '2'], inputs },
      config: { config: { input: config } },
      index: { models: index },
    });

    const right = { id: 'mine', version: '1', score: [first(1), 1], answer: ['late', 'late'] };
    expect(http.binary).toEqual(right);
    expect(grpc.raw).toEqual(right);
    for (const { id, ...others } of [http.json, http.later]) {
      expect({ id: 'mine', ...others }).toEqual(right);
      expect(id).not.toBe('');
    }
    for (const { challenger } of [http, grpc])
      expect(challenger).toMatchObject({ version: '2', score: null, answer: ['late', 'late'] });
    expect(http.statistics).toMatchObject({ model_stats: [{ version: '1', inference_stats: { queue: { ns: 0 } } }] });
    expect(grpc.statistics).toMatchObject({ model_stats: [{ version: '1', inference_count: '6' }] });
  });

  test.skipIf(triton === undefined)("NVIDIA's hears what is wrong, or not to be had", async () => {
    const { http, grpc } = tritonTold;
    expect(http.missing).toEqual(['400', expect.stringContaining("row.missing-column: expected the column 'date'")]);
    expect(grpc.missing).toEqual(['StatusCode.INVALID_ARGUMENT', expect.stringContaining("the column 'date'")]);
    for (const refused of [http.load, http.memory, http.classes, http.packed]) {
      expect(refused).toEqual(['501', expect.stringContaining('request.unsupported')]);
    }
    expect(grpc.classes).toEqual(['StatusCode.UNIMPLEMENTED', expect.stringContaining("'classification'")]);
    expect(grpc.load).toEqual(['StatusCode.UNIMPLEMENTED', expect.stringContaining('does not implement')]);
    expect(grpc.unknown).toEqual(['StatusCode.NOT_FOUND', expect.stringContaining('model.unknown')]);
  });

  test.skipIf(kserve === undefined)("KServe's is understood over REST and gRPC", async () => {
    const { rest, grpc } = await ask<KserveTold>(kserve, server.url);
    expect(rest).toMatchObject({ live: true, ready: true, model: true, unknown: false });
    expect(grpc).toMatchObject({ live: true, ready: true, model: true, unknown: 'NOT_FOUND' });
    const right = { id: 'mine', version: '1', score: [first(1), expect.any(Number)], answer: ['late', 'late'] };
    expect(grpc.raw).toEqual(right);
    // Over REST it reads no version.
    for (const { version: _, ...answer } of [rest.binary, rest.outputs, rest.all, rest.json]) {
      expect({ version: '1', ...answer }).toEqual(right);
    }
    expect(grpc.typed).toEqual({ ...right, id: expect.any(String) });
    expect(rest.refused).toContain("row.missing-column: expected the columns 'date', 'destination'");
  });

  test('curl, as docs/serving.md has it, is answered', async () => {
    const command = codeBlock('docs/serving.md', 'infer').replace('http://127.0.0.1:8080', server.url);
    const { outputs } = JSON.parse((await execute('sh', ['-c', command])).stdout);
    expect(outputs[0].data).toEqual([first(1)]);
  });

  test.skipIf(triton === undefined).each(['http', 'grpc'])(
    'the script of docs/serving.md is answered over %s',
    async (protocol) => {
      const script = codeBlock('docs/serving.md', 'triton')
        .replace('tritonclient.http', `tritonclient.${protocol}`)
        .replace('127.0.0.1:8080', protocol === 'http' ? new URL(server.url).host : (server.grpc ?? ''));
      const { stdout } = await execute(python, ['-c', script]);
      expect(Number(stdout.trim().slice(1, -1))).toEqual(first(1));
    },
  );
});

interface TritonTold {
  readonly http: Told<'statistics' | 'missing' | 'load' | 'memory' | 'classes' | 'packed'>;
  readonly grpc: Told<'statistics' | 'missing' | 'load' | 'classes' | 'unknown'>;
}

interface KserveTold {
  readonly rest: Told<'refused'>;
  readonly grpc: Told<'unknown'>;
}

type Told<Named extends string> = Readonly<Record<Named, unknown>> &
  Readonly<Record<'binary' | 'json' | 'later' | 'challenger' | 'raw' | 'outputs' | 'all' | 'typed', Answer>>;

interface Answer {
  readonly id: string;
  readonly version: string | null;
}
