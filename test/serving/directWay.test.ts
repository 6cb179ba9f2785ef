import { connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyBaseLogger } from 'fastify';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { keyNew } from '../../cli/actions/keyNew.ts';
import type { Server } from '../../serving/server.ts';
import type { ServerOptions } from '../../serving/serverOptions.ts';
import { goodRow, openWorkbench, patient, pipeline, putVersion, route, until, type Workbench } from './fixture.ts';

let bench: Workbench;
let short: Server;
let long: Server;
beforeAll(async () => {
  bench = await openWorkbench();
  await route(bench.store, 1, await putVersion(bench.store, 1));
  [short, long] = await both({});
});
afterAll(() => bench.close());

/** The log of fastify itself is written by the routes. */
function both(options: Partial<ServerOptions>): Promise<[Server, Server]> {
  return Promise.all([bench.open(options), bench.open({ ...options, logger: silent })]);
}

const silent: FastifyBaseLogger = { level: 'silent', child: () => silent, ...silentMethods() };

function silentMethods() {
  const say = () => {};
  return { fatal: say, error: say, warn: say, info: say, debug: say, trace: say, silent: say };
}

const tensor = (name: string, datatype: string, data: unknown, shape = [1]) => ({ name, datatype, shape, data });
const inputs = [
  tensor('date', 'INT64', [984_659_400_000]),
  tensor('destination', 'BYTES', ['JFK']),
  tensor('distance', 'INT64', [733]),
  tensor('origin', 'BYTES', ['ORD']),
];
const url = `/v2/models/${pipeline}/infer`;
const asked = (body: unknown, headers = {}, path = url) => [path, JSON.stringify(body), headers] as const;

test.each([
  ['a row', asked({ inputs })],
  ['a row with an id of any letters', asked({ id: 'ß→🛫', inputs })],
  ['a row for raw tensors', asked({ inputs, outputs: [{ name: 'score', parameters: { binary_data: true } }] })],
  ['a wrong value', asked({ inputs: [...inputs.slice(0, 3), tensor('origin', 'BYTES', [5])] })],
  ['no JSON', [url, '{"inputs"', {}] as const],
  ['what is nested too deep', [url, `{"inputs":${'['.repeat(100)}`, {}] as const],
  ['a model that is not there', asked({ inputs }, {}, '/v2/models/none/infer')],
  ['a deadline that is none', asked({ inputs }, { 'x-whet-deadline-ms': 'soon' })],
  ['an encoding', asked({ inputs }, { 'content-encoding': 'gzip' })],
  ['no body', [url, '', {}] as const],
])('%s is answered directly as by them', async (_, [path, body, headers]) => {
  const [first, second] = [await ask(short, path, body, headers), await ask(long, path, body, headers)];
  expect(first).toEqual(second);
});

test.each([
  ['a row', JSON.stringify(goodRow)],
  ['rows', JSON.stringify({ id: 'ß→🛫', rows: [goodRow, goodRow] })],
  ['a wrong value', JSON.stringify({ ...goodRow, distance: 'far' })],
  ['a column too many', JSON.stringify({ ...goodRow, weight: 3 })],
  ['no JSON', '{"rows"'],
  ['a number for a row', '7'],
  ['too many rows', JSON.stringify({ rows: new Array(10_001).fill({}) })],
])('%s for /predict is answered directly as by them', async (_, body) => {
  const path = `/predict/${pipeline}`;
  expect(await ask(short, path, body, {})).toEqual(await ask(long, path, body, {}));
});

const good = JSON.stringify({ inputs });
const goodPredict = JSON.stringify(goodRow);
const predictUrl = `/predict/${pipeline}`;
const zipped = gzipSync(good).toString('latin1');
const chunks = `5\r\n${good.slice(0, 5)}\r\n${(good.length - 5).toString(16)}\r\n${good.slice(5)}\r\n0\r\n\r\n`;

describe('HTTP directly is that of the routes', () => {
  test.each<[string, string, readonly number[]]>([
    ['a plain request', http('POST', url, good), [200]],
    ['one of /predict', http('POST', predictUrl, goodPredict), [200]],
    ['two at once on a connection', http('POST', url, good) + http('POST', predictUrl, goodPredict), [200, 200]],
    [
      'a bad one between good ones',
      http('POST', url, good) + http('POST', url, '{') + http('POST', url, good),
      [200, 400, 200],
    ],
    ['one that waits to be told to go on', http('POST', url, good, ['expect: 100-continue']), [100, 200]],
    ['one that expects what there is not', http('POST', url, good, ['expect: tea']), [417]],
    ['a body in chunks', http('POST', url, chunks, ['transfer-encoding: chunked'], null), [200]],
    ['a body in chunks with a length', http('POST', url, chunks, ['transfer-encoding: chunked']), [400]],
    ['two lengths', http('POST', url, good, ['content-length: 1']), [400]],
    ['a length that is none', http('POST', url, good, [], 'ten'), [400]],
    ['a zipped body', http('POST', url, zipped, ['content-encoding: gzip']), [501]],
    ['a zipped body of /predict', http('POST', predictUrl, zipped, ['content-encoding: gzip']), [400]],
    ['a content type that is none', http('POST', url, good, ['content-type: ;;']), [415]],
    ['a form', http('POST', url, good, ['content-type: application/x-www-form-urlencoded']), [200]],
    ['HEAD', http('HEAD', url, '', [], null), [405]],
    ['GET', http('GET', predictUrl, '', [], null), [405]],
    ['PUT', http('PUT', url, good), [405]],
    ['OPTIONS', http('OPTIONS', url, '', [], null), [405]],
    ['a slash at the end', http('POST', `${url}/`, good), [200]],
    ['a query', http('POST', `${url}?a=1`, good), [200]],
    ['an escaped name', http('POST', url.replace('-', '%2D'), good), [200]],
    ['a version', http('POST', url.replace('/infer', '/versions/1/infer'), good), [200]],
    ['a version that is not there', http('POST', url.replace('/infer', '/versions/7/infer'), good), [404]],
    ['a pipeline that is not there', http('POST', '/predict/none', goodPredict), [404]],
    ['a name of an object', http('POST', '/predict/__proto__', goodPredict), [404]],
    ['a deadline that is over', http('POST', url, good, ['x-whet-deadline-ms: 0']), [504]],
    ['an id too long', http('POST', url, good, [`x-request-id: ${'x'.repeat(300)}`]), [400]],
    ['an id', http('POST', predictUrl, goodPredict, ['x-request-id: mine']), [200]],
    ['HTTP/1.0', http('POST', url, good).replace('HTTP/1.1', 'HTTP/1.0'), [200]],
    ['the last of its connection', http('POST', url, good, ['connection: close']), [200]],
    ['no body', http('POST', url, ''), [400]],
    ['no length', http('POST', url, '', [], null), [400]],
    ['headers too long', http('POST', url, good, [`x-long: ${'x'.repeat(20_000)}`]), [431]],
  ])('%s', async (_, bytes, statuses) => {
    const said = await saidTo(short, bytes);
    expect([...said.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status))).toEqual(statuses);
    expect(said).toBe(await saidTo(long, bytes));
  });

  test('limits of the body and of the rows', async () => {
    const servers = await both({ limits: { ...patient, bodyBytes: 700, rowsPerRequest: 1 } });
    const large = http('POST', url, JSON.stringify({ inputs, id: 'x'.repeat(700) }));
    const many = http('POST', predictUrl, JSON.stringify({ rows: [goodRow, goodRow] }));
    for (const bytes of [large, many]) {
      const [first, second] = await Promise.all(servers.map((server) => saidTo(server, bytes)));
      expect(first).toMatch(/^HTTP\/1\.1 413/);
      expect(first).toBe(second);
    }
  });

  test('keys and their roles', async () => {
    const file = join(bench.folder, 'keys.json');
    const made = await Promise.all(['predict', 'feedback'].map((role) => madeKey(file, role)));
    const servers = await both({ keys: file });
    const asked = [undefined, 'whet_nobody', ...made].map((key) => {
      return http('POST', url, good, key === undefined ? [] : [`authorization: Bearer ${key}`]);
    });
    const statuses: (string | undefined)[] = [];
    for (const bytes of asked) {
      const [first, second] = await Promise.all(servers.map((server) => saidTo(server, bytes)));
      expect(first).toBe(second);
      statuses.push(first?.slice(9, 12));
    }
    expect(statuses).toEqual(['401', '401', '200', '403']);
  });

  test('what is shed', async () => {
    const servers = await both({ limits: { ...patient, concurrency: 0 } });
    const [first, second] = await Promise.all(servers.map((server) => saidTo(server, http('POST', url, good))));
    expect(first).toMatch(/^HTTP\/1\.1 503.*retry-after: 1/s);
    expect(first).toBe(second);
  });

  test('the last answer while the process ends', async () => {
    const servers = await both({});
    const bytes = http('POST', url, good);
    const said = await Promise.all(
      servers.map((server) =>
        // Half of it is there when the server is told to end.
        saidTo(server, bytes, async () => {
          void server.close();
          await until(() =>
            fetch(`${server.url}/v2/health/live`).then(
              () => false,
              () => true,
            ),
          );
        }),
      ),
    );
    expect(said[0]).toMatch(/^HTTP\/1\.1 200.*connection: close/is);
    expect(said[0]).toBe(said[1]);
  });
});

test('callers that go away leave nothing under way, with half of a request as with all of it', async () => {
  const server = await bench.open({ limits: { ...patient, concurrency: 1 } });
  // A query is none of the direct way's.
  const bytes = http('POST', `${url}?a=1`, good);
  for (const sent of [bytes.slice(0, -10), bytes]) {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    await new Promise((resolve) => socket.write(sent, resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy();
    await closed;
    await expect.poll(async () => (await ask(server, `${url}?a=1`, good, {})).status).toBe(200);
    await expect.poll(() => metric(server, 'whet_requests_in_flight')).toBe(0);
  }
});

test('the access log has the same lines for both', async () => {
  const lines: string[][] = [[], []];
  const servers = await Promise.all([
    bench.open({ accessLog: (line) => lines[0]?.push(line) }),
    bench.open({ accessLog: (line) => lines[1]?.push(line), logger: silent }),
  ]);
  for (const server of servers) {
    await ask(server, url, good, { 'x-request-id': 'mine' });
    await ask(server, predictUrl, goodPredict, {});
    await ask(server, predictUrl, '{', {});
  }
  await expect.poll(() => lines.map((each) => each.length)).toEqual([3, 3]);
  const told = lines.map((each) => each.map((line) => ({ ...JSON.parse(line), at: '', ms: 0 })));
  expect(told[0]).toEqual(told[1]);
  expect(told[0]?.map(({ status, version, id }) => [status, version, id])).toEqual([
    [200, 1, 'mine'],
    [200, 1, undefined],
    [400, undefined, undefined],
  ]);
});

test('both are counted', async () => {
  for (const server of [short, long]) {
    const before = await counted(server);
    await ask(server, url, JSON.stringify({ inputs }), {});
    await expect.poll(() => counted(server)).toBe(before + 1);
  }
});

async function ask(server: Server, path: string, body: string, headers: Readonly<Record<string, string>>) {
  const answer = await fetch(server.url + path, { method: 'POST', body, headers });
  const text = (await answer.text()).replaceAll(/[0-9a-f]{16}-\d+/g, 'id');
  const told = Object.fromEntries(answer.headers);
  return { status: answer.status, text, headers: { ...told, date: '', 'content-length': '' } };
}

async function counted(server: Server): Promise<number> {
  return (await metric(server, `whet_requests_total{route="/v2/models/:model/infer",code="200"}`)) ?? 0;
}

async function metric(server: Server, name: string): Promise<number | undefined> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

/** A request as bytes; `length` null leaves it out, else it is the body's where not told. */
function http(
  method: string,
  path: string,
  body: string,
  headers: readonly string[] = [],
  length?: string | null,
): string {
  const told = length === null ? [] : [`content-length: ${length ?? Buffer.byteLength(body, 'latin1')}`];
  return `${[`${method} ${path} HTTP/1.1`, 'host: x', ...told, ...headers].join('\r\n')}\r\n\r\n${body}`;
}

/** Asked for after others that leave the connection open. */
const last = 'GET /v2/health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';

/** What a server says to bytes until it closes: headers in the order of their names, without what differs by time. */
function saidTo({ url: to }: Server, bytes: string, between?: () => Promise<void>): Promise<string> {
  const { port, hostname } = new URL(to);
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect({ host: hostname, port: Number(port), noDelay: true }, async () => {
      const half = between === undefined ? bytes.length : Math.floor(bytes.length / 2);
      socket.write(bytes.slice(0, half), 'latin1');
      await between?.();
      const ends = /HTTP\/1\.0|connection: close/.test(bytes);
      socket.write(bytes.slice(half) + (ends ? '' : last), 'latin1');
    });
    socket.setEncoding('latin1').on('data', (piece: string) => {
      said += piece;
    });
    socket.on('close', () => resolve(plain(said)));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A server that refuses the bytes may close before it has read them all.
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
  });
}

function plain(said: string): string {
  const answers = said.split(/(?=HTTP\/1\.1 )/).map((answer) => {
    const [head = '', ...body] = answer.split('\r\n\r\n');
    const [status = '', ...headers] = head
      .split('\r\n')
      .map((line) => line.replace(/^(date|content-length): .*/i, '$1'));
    return [status, ...headers.sort(), '', ...body].join('\n').replaceAll(/[0-9a-f]{16}-\w+|\d+(?= ms\b)/g, 'other');
  });
  return answers.filter((answer) => !answer.endsWith('{"live":true}')).join('\n\n');
}

async function madeKey(file: string, role: string): Promise<string> {
  const written: string[] = [];
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  try {
    await keyNew({ name: role, role: [role], keys: file, json: true });
  } finally {
    out.mockRestore();
  }
  return JSON.parse(written.join('')).key;
}
