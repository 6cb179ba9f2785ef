import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Server } from '../../serving/server.ts';
import { get, goodRow, openWorkbench, pipeline, post, putVersion, route, until, type Workbench } from './fixture.ts';

interface Operation {
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}
interface Content {
  readonly content: Readonly<Record<string, unknown>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

const predictPath = `/predict/${pipeline}`;
const feedbackPath = `/feedback/${pipeline}`;
let bench: Workbench;
let server: Server;
let document: Document;
const ajv = new Ajv2020({ strict: false, validateSchema: false });
beforeAll(async () => {
  bench = await openWorkbench();
  await route(bench.store, 1, await putVersion(bench.store, 1));
  server = await bench.open();
  document = JSON.parse((await get(`${server.url}/openapi.json`)).text);
  ajv.addSchema(document, 'document');
  for (const path of [predictPath, feedbackPath, `/v2/models/${pipeline}/infer`]) schemaOf('post', path);
  // Compiling has kept the server from answering, which sheds requests for a moment.
  await until(async () => (await post(server.url + predictPath, goodRow)).status === 200);
});
afterAll(() => bench.close());

/** Of a request's body, or of an answer. */
function schemaOf(method: string, path: string, status?: number): ValidateFunction {
  const held = status === undefined ? 'requestBody' : `responses/${status}`;
  const pointer = `paths/${path.replaceAll('/', '~1')}/${method}/${held}/content/application~1json/schema`;
  const found = ajv.getSchema(`document#/${encodeURI(pointer)}`);
  if (found === undefined) throw new Error(`no schema at ${pointer}`);
  return found;
}

test('its shared schemas compile, and it has every operation', () => {
  expect(document.openapi).toBe('3.1.1');
  const methods = Object.values(document.paths).flatMap((path) => Object.keys(path));
  expect(methods.filter((method) => method === 'get' || method === 'post').length).toBe(23);
  for (const name of Object.keys(document.components.schemas)) {
    expect(ajv.getSchema(`document#/components/schemas/${name}`)).toBeDefined();
  }
});

test.each([
  ['a row', goodRow, true],
  ['rows', [goodRow, goodRow], true],
  ['rows with an id', { rows: [goodRow], id: 'mine' }, true],
  ['a row with an id and milliseconds', { ...goodRow, date: 0, id: 5 }, true],
  ['a fraction', { ...goodRow, distance: 7.5 }, false],
  ['an extra column', { ...goodRow, delay: 5 }, false],
  ['no rows', [], false],
])('%s is for the document what it is for the server', async (_, body, taken) => {
  expect(schemaOf('post', predictPath)(body)).toBe(taken);
  const { status, text } = await post(server.url + predictPath, body);
  expect(status).toBe(taken ? 200 : 400);
  expect(schemaOf('post', predictPath, status)(JSON.parse(text))).toBe(true);
});

test.each([feedbackPath, `/v2/models/${pipeline}/feedback`])('labels are told, under %s', async (path) => {
  for (const [body, status] of [
    [[{ predictionId: 'x/0', label: true, labelAt: '2001-03-15T12:00:00Z' }], 202],
    [{ key: { flight: 'AA 17' }, eventTime: 0, label: 1 }, 202],
    [{ label: 1 }, 400],
  ] as const) {
    expect(schemaOf('post', path)(body)).toBe(status === 202);
    const answer = await post(server.url + path, body);
    expect(answer.status).toBe(status);
    expect(schemaOf('post', path, status)(JSON.parse(answer.text))).toBe(true);
  }
});

test('what it documents is there', async () => {
  for (const [path, { get: operation }] of Object.entries(document.paths)) {
    if (operation === undefined) continue;
    const { status, text, headers } = await get(server.url + path.replace('{version}', 'champion'));
    expect([path, status]).toEqual([path, 200]);
    if (headers.get('content-type')?.startsWith('application/json') !== true) continue;
    expect(schemaOf('get', path, 200)(JSON.parse(text))).toBe(true);
  }
});
