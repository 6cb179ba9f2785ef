import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Graph } from '../../core/graph.ts';
import type { ModelPackage } from '../../core/modelPackage.ts';
import type { RoutedVersion, Routing, Traffic } from '../../core/routing.ts';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import type { PredictAnswer, PredictAnswers } from '../../serving/answerPredict.ts';
import { openServer, type Server } from '../../serving/server.ts';
import type { ServerOptions } from '../../serving/serverOptions.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { putJson, putObject, putObjectJson } from '../../storage/objects.ts';

export const pipeline = 'flight-delays';

export const goodRow = { date: '2001-03-15T12:30:00Z', destination: 'JFK', distance: 733, origin: 'ORD' };

/** Short intervals, so that tests wait for milliseconds. */
export const quick = { routingMs: 5, discoverMs: 5, patienceMs: 1_000, retryMs: 20, leaseMs: 20, logMs: 20 };

/** A machine that is busy with other tests is no reason to turn requests away. */
export const patient = { queueMs: 60_000, burstMs: 60_000 };

export interface Workbench {
  readonly folder: string;
  readonly store: ObjectStore;
  /** What the servers reported. */
  readonly reports: string[];
  open(options?: Partial<ServerOptions>): Promise<Server>;
  close(): Promise<void>;
}

export async function openWorkbench(): Promise<Workbench> {
  const folder = await mkdtemp(join(tmpdir(), 'whet-serving-'));
  const store = localDisk(folder);
  const reports: string[] = [];
  const servers: Server[] = [];
  return {
    folder,
    store,
    reports,
    async open(options = {}) {
      const report = (line: string) => void reports.push(line);
      const usual = { store, clock: () => Date.now(), intervals: quick, limits: patient, report };
      const server = await openServer({ ...usual, ...options });
      servers.push(server);
      return server;
    },
    async close() {
      await Promise.all(servers.map((server) => server.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A real package: score = sigmoid(bias + hour/100 + distance/10000 + (origin is ORD ? 0.5 : 0)), bias = version/10. */
export async function putVersion(store: ObjectStore, version: number, name = pipeline): Promise<RoutedVersion> {
  const bytes = encodeModel(graphOf(version));
  const digest = await putObject(store, bytes);
  const model = { digest, bytes: bytes.byteLength };
  const made: ModelPackage = {
    format: 1,
    pipeline: name,
    plan: 'none',
    asOf: '2001-03-15T12',
    candidate: { learner: 'logistic', parameters: {} },
    model,
    network: model,
    inputs: [
      { name: 'date', type: 'date', nullable: false },
      { name: 'destination', type: 'string', nullable: false },
      { name: 'distance', type: 'int', nullable: false },
      { name: 'origin', type: 'string', nullable: false },
    ],
    encoders: { columns: { numeric: [], categories: [] }, scaling: [], vocabularies: [] },
    table: 'none',
    threshold: 0.6,
    answer: { positive: 'late', negative: 'on time' },
    golden: {
      columns: {
        date: [Date.parse('2001-03-15T12:00:00Z'), 0],
        destination: ['JFK', '?'],
        distance: [733, 100],
        origin: ['ORD', 'LAX'],
      },
      scores: [scoreOf(version, 12, 733, 'ORD'), scoreOf(version, 0, 100, 'LAX')],
    },
    lineage: { snapshot: 'none', matrix: 'none', trial: 'none' },
  };
  return { version, package: await putObjectJson(store, made), digest };
}

export function scoreOf(version: number, hour: number, distance: number, origin: string): number {
  const sum = version / 10 + hour / 100 + distance / 10_000 + (origin === 'ORD' ? 0.5 : 0);
  return 1 / (1 + Math.exp(-sum));
}

export async function route(
  store: ObjectStore,
  epoch: number,
  champion: RoutedVersion | null,
  prepare: RoutedVersion | null = null,
  name = pipeline,
  traffic?: Traffic,
): Promise<void> {
  const shared = traffic === undefined ? {} : { traffic };
  const routing: Routing = { pipeline: name, ledger: epoch, epoch, champion, prepare, ...shared };
  await putJson(store, `serving/${name}/routing.json`, routing);
}

/** The fields of all answers that tests look at one by one. */
export interface Body extends PredictAnswer, PredictAnswers {
  readonly error: string;
  readonly code: string;
  readonly model_version: string;
  readonly store: { readonly answers: boolean; readonly kept: readonly string[] };
  readonly log: { readonly waiting: number; readonly dropped: number };
  readonly serves: readonly { readonly try: string }[];
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly outputs: readonly { readonly name: string; readonly data: readonly (number | string)[] }[];
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return replyOf(await fetch(url, { method: 'POST', body: text, headers }));
}

export async function get(url: string): Promise<Reply> {
  return replyOf(await fetch(url));
}

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} };
}

/** Waits until something holds; fails with the last reason after so many milliseconds. */
export async function until<T>(
  what: () => Promise<T | undefined | false> | T | undefined | false,
  patienceMs = 10_000,
): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const found = await what();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A store that can be gone for a while. `refused` counts the calls in vain. */
export function vanishing(store: ObjectStore) {
  const state = { gone: false, refused: 0 };
  const gate = <T extends unknown[], R>(method: (...given: T) => Promise<R>) => {
    return async (...given: T): Promise<R> => {
      if (!state.gone) return method(...given);
      state.refused += 1;
      throw new Error('no route to the store');
    };
  };
  const gated = {
    ...store,
    read: gate(store.read),
    list: gate(store.list),
    put: gate(store.put),
    create: gate(store.create),
  };
  return Object.assign(state, { store: gated });
}

function graphOf(version: number): Graph {
  const rows = (name: string, type: 'int64' | 'string' | 'float') => ({ name, type, dims: ['rows' as const] });
  const float = (name: string, value: number) => {
    return { name, dims: [], type: 'float' as const, values: Float32Array.of(value) };
  };
  const int = (name: string, value: bigint) => {
    return { name, dims: [], type: 'int64' as const, values: BigInt64Array.of(value) };
  };
  const cast = (from: string, to: string) => ({ op: 'Cast', inputs: [from], outputs: [to], attributes: toFloat });
  const encode = (from: string, to: string, keys: string[], values: number[]) => ({
    op: 'LabelEncoder',
    domain: 'ai.onnx.ml' as const,
    inputs: [from],
    outputs: [to],
    attributes: { keys_strings: { strings: keys }, values_floats: { floats: values }, default_float: { float: 0 } },
  });
  return {
    name: pipeline,
    inputs: [rows('date', 'int64'), rows('destination', 'string'), rows('distance', 'int64'), rows('origin', 'string')],
    outputs: [rows('score', 'float')],
    initializers: [
      int('day', 86_400_000n),
      int('hour', 3_600_000n),
      float('perHour', 0.01),
      float('perMile', 0.0001),
      float('bias', version / 10),
    ],
    nodes: [
      { op: 'Mod', inputs: ['date', 'day'], outputs: ['time'] },
      { op: 'Div', inputs: ['time', 'hour'], outputs: ['hours'] },
      cast('hours', 'hours/float'),
      { op: 'Mul', inputs: ['hours/float', 'perHour'], outputs: ['hours/part'] },
      cast('distance', 'distance/float'),
      { op: 'Mul', inputs: ['distance/float', 'perMile'], outputs: ['distance/part'] },
      encode('origin', 'origin/part', ['ORD'], [0.5]),
      encode('destination', 'destination/part', ['?'], [0]),
      {
        op: 'Sum',
        inputs: ['bias', 'hours/part', 'distance/part', 'origin/part', 'destination/part'],
        outputs: ['sum'],
      },
      { op: 'Sigmoid', inputs: ['sum'], outputs: ['score'] },
    ],
  };
}

const toFloat = { to: { int: 1 } };
