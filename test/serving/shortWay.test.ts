import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Server } from '../../serving/server.ts';
import { openWorkbench, pipeline, putVersion, route, type Workbench } from './fixture.ts';

let bench: Workbench;
let short: Server;
let long: Server;
beforeAll(async () => {
  bench = await openWorkbench();
  await route(bench.store, 1, await putVersion(bench.store, 1));
  short = await bench.open();
  // Who writes a line for each request does so by the routes.
  long = await bench.open({ accessLog: () => {} });
});
afterAll(() => bench.close());

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
])('%s is answered past the routes as by them', async (_, [path, body, headers]) => {
  const [first, second] = [await ask(short, path, body, headers), await ask(long, path, body, headers)];
  expect(first).toEqual(second);
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
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('whet_requests_total{') && line.includes('/infer"'));
  const [count] = lines.filter((line) => line.includes('"200"')).map((line) => Number(line.split(' ').at(-1)));
  if (count === undefined) throw new Error(`no count among ${lines.join(', ')}`);
  return count;
}
