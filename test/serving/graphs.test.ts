import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import { loadPackage } from '../../models/scorers/loadPackage.ts';
import type { Scorer } from '../../models/scorers/scorer.ts';
import type { LoadPackage } from '../../serving/loadVersion.ts';
import type { GraphAnswer, GraphAnswers } from '../../serving/predictGraph.ts';
import type { PredictionLine } from '../../serving/predictionLog.ts';
import type { Server } from '../../serving/server.ts';
import { closeGraphs, loadGraphs } from '../../workers/loadGraphs.ts';
import { codeBlock } from '../docs/codeBlocks.ts';
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

const quick = 'flight-delays-quick';
const later = 'flight-delays-later';
const slow = 'flight-delays-slow';
const shared = 'flight-delays-shared';

/** Beside those of the document. */
const files = {
  'vote.yaml': `
nodes:
  a: { model: ${pipeline} }
  b: { model: ${quick} }
  c: { model: ${pipeline}, version: 1 }
  all: { combine: vote, of: [a, b, c] }
output: all`,
  'weighted.yaml': `
nodes:
  a: { model: ${pipeline} }
  b: { model: ${quick} }
  all: { combine: weighted, of: { a: 3, b: 1 } }
output: all`,
  'first.yaml': `
nodes:
  a: { model: ${pipeline} }
  b: { model: ${quick} }
  all: { combine: first confident, of: [a, b], margin: 0.05 }
output: all`,
  'gone.yaml': `
nodes:
  a: { model: ${pipeline} }
  b: { model: no-such }
  c: { model: ${later} }
  some: { combine: mean, of: [a, b, c], need: 1 }
  sure: { combine: first confident, of: [b, c, a], margin: 0 }
  all: { combine: mean, of: [some, sure] }
output: all`,
  'slow.yaml': `nodes: { a: { model: ${slow} } }\noutput: a\ndeadlineMs: 20`,
  'slow-first.yaml': `
nodes:
  a: { model: ${slow}, deadlineMs: 10 }
  b: { model: ${quick} }
  all: { combine: first confident, of: [a, b], margin: 0 }
output: all`,
  'meeting.yaml': `
nodes:
  a: { model: ${slow} }
  b: { model: ${shared} }
  all: { combine: mean, of: [a, b] }
output: all
deadlineMs: 5000`,
  'unknown.yaml': 'nodes: { a: { model: no-such } }\noutput: a',
  'unready.yaml': `nodes: { a: { model: ${later} } }\noutput: a`,
  'throws.yaml': `nodes: { t: { transform: ./throws.ts }, a: { model: ${pipeline}, of: t } }\noutput: a`,
  'throws.ts': `export function transform(row: { origin: string }) {\n  if (row.origin === 'LAX') throw new Error('no LAX');\n  return row;\n}\n`,
  'wrong.yaml': `nodes: { a: { modle: ${pipeline} } }\noutput: a`,
  'no-module.yaml': `nodes:\n  t: { transform: ./missing.ts }\n  a: { model: ${pipeline}, of: t }\noutput: a`,
  'onnx.yaml': `nodes: { t: { transform: twice.onnx }, a: { model: ${pipeline}, of: t } }\noutput: a`,
};

/** The distance is the half twice. */
const twice = encodeModel({
  name: 'twice',
  inputs: [{ name: 'half', type: 'int64', dims: ['rows'] }],
  outputs: [{ name: 'distance', type: 'int64', dims: ['rows'] }],
  initializers: [],
  nodes: [{ op: 'Add', inputs: ['half', 'half'], outputs: ['distance'] }],
});

/** Called before a score of the pipelines `slow` and `shared`; at first it holds nothing up. */
let before: (name: string) => Promise<void> = async () => {};

const loadWatched: LoadPackage = async (store, packageId) => {
  const loaded = await loadPackage(store, packageId);
  const name = loaded.package.pipeline;
  if (name !== slow && name !== shared) return loaded;
  const score: Scorer['score'] = async (columns) => {
    await before(name);
    return loaded.scorer.score(columns);
  };
  return { ...loaded, scorer: { ...loaded.scorer, score } };
};

let bench: Workbench;
let server: Server;
let graphs: Awaited<ReturnType<typeof loadGraphs>>;

beforeAll(async () => {
  bench = await openWorkbench();
  const folder = join(bench.folder, 'project');
  await mkdir(join(folder, 'graphs'), { recursive: true });
  const documented = ['graphs/late-flights.yaml', 'graphs/by-segment.yaml', 'graphs/withHub.ts'];
  for (const name of documented) await writeFile(join(folder, name), codeBlock('docs/serving.md', name));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'graphs', name), text);
  await writeFile(join(folder, 'graphs', 'twice.onnx'), twice);
  await route(bench.store, 1, await putVersion(bench.store, 1));
  await route(bench.store, 1, await putVersion(bench.store, 9, quick), null, quick);
  await route(bench.store, 1, null, null, later);
  await route(bench.store, 1, await putVersion(bench.store, 5, slow), null, slow);
  const version = await putVersion(bench.store, 2, shared);
  const traffic = {
    variants: { challenger: { version, weight: 0, shadow: 0 } },
    rules: [{ when: { who: 'ann' }, variant: 'challenger' }],
    fallback: ['challenger'],
    deadlineMs: 5_000,
  };
  await route(bench.store, 1, await putVersion(bench.store, 3, shared), null, shared, traffic);
  graphs = await loadGraphs(folder, (line) => void bench.reports.push(line));
  server = await bench.open({ graphs, load: loadWatched });
});
afterAll(async () => {
  await bench.close();
  await closeGraphs(graphs);
});

const one = scoreOf(1, 12, 733, 'ORD');
const nine = scoreOf(9, 12, 733, 'ORD');

async function ask(graph: string, body: unknown = goodRow, headers: Record<string, string> = {}) {
  const reply = await post(`${server.url}/predict/${graph}`, body, headers);
  return { ...reply, body: reply.body as unknown as GraphAnswer & GraphAnswers & { error: string; code: string } };
}

/** Nearly a good row. */
function merged(some: unknown): unknown {
  return typeof some === 'object' ? { ...goodRow, half: 5, ...some } : some;
}

/** What a node tells of itself. */
function nodeOf({ nodes }: GraphAnswer, name: string): Record<string, unknown> {
  return nodes.find(({ node }) => node === name) as unknown as Record<string, unknown>;
}

describe('a serving graph', () => {
  test('answers with the mean of what its pipelines answer, and tells of each node', async () => {
    const alone = await Promise.all([pipeline, quick].map((name) => post(`${server.url}/predict/${name}`, goodRow)));
    const { status, body } = await ask('late-flights', { ...goodRow, id: 'mine' });
    expect(status).toBe(200);
    expect(body.score).toBeCloseTo(alone.reduce((sum, reply) => sum + reply.body.score, 0) / 2, 12);
    expect(body).toMatchObject({ answer: 'late', graph: 'late-flights', id: 'mine' });
    expect(body.threshold).toBeCloseTo(0.6, 12);
    const exact = nodeOf(body, 'exact');
    const requestId = `${body.requestId}.exact`;
    const told = {
      kind: 'model',
      model: pipeline,
      version: 1,
      variant: 'champion',
      reason: 'alone',
      epoch: 1,
      requestId,
    };
    expect(exact).toMatchObject({ ...told, rows: 1, score: alone[0]?.body.score });
    expect(exact.ms).toBeGreaterThan(0);
    expect(nodeOf(body, 'both')).toMatchObject({ kind: 'combine', rows: 1, score: body.score });
  });

  test('answers many rows in their order, each as it is answered alone', async () => {
    const rows = [goodRow, { ...goodRow, origin: 'LAX' }, { ...goodRow, distance: 0 }];
    const { body } = await ask('by-segment', { rows }, { 'x-whet-customer': 'ann' });
    const alone = await Promise.all(rows.map((row) => ask('by-segment', row, { 'x-whet-customer': 'ann' })));
    expect(body.predictions).toEqual(
      alone.map(({ body: { answer, score, threshold } }) => ({ answer, score, threshold })),
    );
  });

  test('routes by metadata, by columns that a transform made, and the rest by shares, sticky', async () => {
    const business = await ask('by-segment', goodRow, { 'x-whet-segment': 'business' });
    expect(business.body.score).toBeCloseTo(one, 5);
    expect(nodeOf(business.body, 'segment').to).toEqual({ exact: 1 });
    expect(nodeOf(business.body, 'quick')).toEqual({ node: 'quick', kind: 'model', skipped: true });
    const hub = await ask('by-segment');
    expect(nodeOf(hub.body, 'segment').to).toEqual({ sure: 1 });
    const far = { ...goodRow, origin: 'LAX' };
    const customers = Array.from({ length: 40 }, (_, at) => `c${at}`);
    const shared = async () => {
      const asked = customers.map((customer) => ask('by-segment', far, { 'x-whet-customer': customer }));
      return (await Promise.all(asked)).map(({ body }) => Object.keys(nodeOf(body, 'private').to as object)[0]);
    };
    const first = await shared();
    expect(await shared()).toEqual(first);
    expect(new Set(first)).toEqual(new Set(['quick', 'sure']));
    expect(first.filter((to) => to === 'quick').length).toBeGreaterThan(20);
  });

  test('weighs, votes, and takes the first that is confident', async () => {
    expect((await ask('weighted')).body.score).toBeCloseTo((3 * one + nine) / 4, 5);
    const low = { ...goodRow, origin: 'LAX', distance: 0 };
    const vote = await ask('vote', low);
    expect(vote.body).toMatchObject({ threshold: 0.5, answer: 'on time' });
    expect(vote.body.score).toBeCloseTo(1 / 3, 6);
    const sure = await ask('first');
    expect([sure.body.score, nodeOf(sure.body, 'b').skipped]).toEqual([expect.closeTo(one, 5), true]);
    const unsure = await ask('first', [goodRow, low]);
    expect(unsure.body.predictions[1]?.score).toBeCloseTo(scoreOf(9, 12, 0, 'LAX'), 5);
    expect([nodeOf(unsure.body, 'a').rows, nodeOf(unsure.body, 'b').rows]).toEqual([2, 1]);
  });

  test('does without what may be missing, and fails with the code of the node else', async () => {
    const { status, body } = await ask('gone');
    expect([status, body.score]).toEqual([200, expect.closeTo(one, 5)]);
    expect([nodeOf(body, 'b').failed, nodeOf(body, 'c').failed]).toEqual(['model.unknown', 'model.not-ready']);
    const unknown = await ask('unknown');
    expect([unknown.status, unknown.body.code]).toEqual([404, 'model.unknown']);
    expect(unknown.body.error).toContain("at node 'a'");
    const unready = await ask('unready');
    expect([unready.status, unready.body.code, unready.headers.get('retry-after')]).toEqual([
      503,
      'model.not-ready',
      '1',
    ]);
    expect((await ask('no-graph')).body.code).toBe('model.unknown');
  });

  test('waits for nobody beyond the deadline, and asks the next where there is one', async () => {
    const gate = Promise.withResolvers<void>();
    before = () => gate.promise;
    const late = await ask('slow');
    expect([late.status, late.body.code]).toEqual([504, 'graph.late']);
    expect(late.body.error).toContain("at node 'a'");
    const { body } = await ask('slow-first');
    expect(body.score).toBeCloseTo(nine, 5);
    expect(nodeOf(body, 'a')).toMatchObject({ failed: 'graph.late' });
    expect((await ask('meeting', goodRow, { 'x-whet-deadline-ms': '250' })).body.code).toBe('graph.late');
    expect((await ask('slow', goodRow, { 'x-whet-deadline-ms': 'soon' })).body.code).toBe('request.invalid');
    gate.resolve();
  });

  test('asks at the same time those that do not ask each other, each by its own routing', async () => {
    const ann = { 'x-whet-who': 'ann' };
    const alone = () => post(`${server.url}/predict/${shared}`, goodRow, ann);
    await until(async () => (await alone()).body.variant === 'challenger');
    const met = Promise.withResolvers<void>();
    const here = new Set<string>();
    before = (name) => {
      if (here.add(name).size === 2) met.resolve();
      return met.promise;
    };
    const { body } = await ask('meeting', goodRow, ann);
    expect(body.score).toBeCloseTo((scoreOf(5, 12, 733, 'ORD') + scoreOf(2, 12, 733, 'ORD')) / 2, 5);
    expect(nodeOf(body, 'b')).toMatchObject({ version: 2, variant: 'challenger', reason: 'rule' });
  });

  test.each([
    ['a misspelt column', 'late-flights', { ...goodRow, orign: 'ORD' }, 'row.extra-column', /did you mean 'origin'/],
    ['a missing column', 'late-flights', { ...goodRow, origin: undefined }, 'row.missing-column', /'origin'/],
    [
      'a wrong value far down',
      'by-segment',
      [goodRow, { ...goodRow, distance: 'x' }],
      'row.wrong-value',
      /"x" in row 1/,
    ],
    ['no JSON', 'late-flights', '{', 'request.invalid', /Send a row such as \{"date"/],
    ['no rows', 'late-flights', [], 'request.invalid', /at least one row/],
    ['a number for a row', 'late-flights', [5], 'request.invalid', /5 in row 0/],
    ['something beside rows', 'late-flights', { rows: [goodRow], limit: 5 }, 'request.invalid', /'limit'/],
  ])('refuses %s', async (_, graph, body, code, text) => {
    const refused = await ask(graph, body);
    expect([refused.status, refused.body.code]).toEqual([400, code]);
    expect(refused.body.error).toMatch(text);
  });

  test('answers whatever comes with a score or a refusal', async () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('ORD', 733, null, { toString: 1 }));
    const row = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom('half', 'id', ...Object.keys(goodRow)), value));
    const body = fc.oneof(row, fc.array(row), fc.record({ rows: fc.array(row.map((some) => merged(some))) }));
    const graph = fc.constantFrom('by-segment', 'late-flights', 'onnx', 'throws', 'first');
    const sent = async (name: string, what: unknown) => (await ask(name, JSON.stringify(what))).status;
    await fc.assert(
      fc.asyncProperty(graph, body, async (name, what) => {
        expect([200, 400, 422]).toContain(await sent(name, what));
      }),
    );
  });

  test('names the line of a transform that throws, and applies one of ONNX', async () => {
    expect((await ask('throws')).body.score).toBeCloseTo(one, 5);
    const thrown = await ask('throws', { ...goodRow, origin: 'LAX' });
    expect([thrown.status, thrown.body.code]).toEqual([422, 'graph.transform-failed']);
    expect(thrown.body.error).toContain("no LAX (graphs/throws.ts:2) at node 't'");
    const { distance: _, ...row } = goodRow;
    expect((await ask('onnx', { ...row, half: 400 })).body.score).toBeCloseTo(scoreOf(1, 12, 800, 'ORD'), 5);
    const wrong = await ask('onnx', { ...row, half: 'much' });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'input.invalid']);
    expect(wrong.body.error).toContain("a whole number in the column 'half', but came 'much' in row 0 at node 't'");
  });

  test('answers 503 with the reason for a file that cannot be used', async () => {
    for (const [graph, reason] of [
      ['wrong', "'modle' (did you mean 'model'?) in graphs/wrong.yaml:1:15"],
      ['no-module', 'no such file, asked for in graphs/no-module.yaml:2:8'],
    ] as const) {
      const refused = await ask(graph);
      expect([refused.status, refused.body.code]).toEqual([503, 'model.not-ready']);
      expect(refused.body.error).toContain(reason);
      expect(bench.reports.find((line) => line.startsWith(`graph ${graph} is refused`))).toContain(reason);
    }
    const overview = await get(server.url);
    expect(overview.text).toContain('"graph":"late-flights"');
  });

  test('is in the OpenAPI document, whose schema its answers keep to', async () => {
    const document = JSON.parse((await get(`${server.url}/openapi.json`)).text);
    const ajv = new Ajv2020({ strict: false, validateSchema: false }).addSchema(document, 'document');
    const path = 'paths/~1predict~1first/post/responses/200/content/application~1json/schema';
    const isAnswer = ajv.getSchema(`document#/${path}`);
    for (const body of [goodRow, [goodRow, goodRow]]) {
      isAnswer?.((await ask('first', body)).body);
      expect(isAnswer?.errors).toBeNull();
    }
    expect(document.paths['/predict/wrong']).toBeUndefined();
  });

  test('writes what each model answered to the log, under the row of the request', async () => {
    const { body } = await ask('first', [goodRow, { ...goodRow, origin: 'LAX', distance: 0 }]);
    const line = await until(async () => {
      for (const key of await bench.store.list(`predictions/${quick}/`)) {
        const text = Buffer.from((await bench.store.read(key))?.bytes ?? '').toString();
        const lines = text
          .trim()
          .split('\n')
          .map((each) => JSON.parse(each) as PredictionLine);
        const found = lines.find(({ predictionId }) => predictionId.startsWith(body.requestId));
        if (found !== undefined) return found;
      }
      return undefined;
    });
    expect(line).toMatchObject({
      predictionId: `${body.requestId}.b/1`,
      pipeline: quick,
      version: 9,
      row: { origin: 'LAX' },
    });
    const label = { predictionId: line.predictionId, label: true };
    expect((await post(`${server.url}/feedback/${quick}`, label)).status).toBe(202);
  });
});
