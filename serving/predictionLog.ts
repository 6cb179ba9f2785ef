import { setImmediate as nextTurn } from 'node:timers/promises';
import { WhetError } from '../core/errors.ts';
import { hourMs, hourOf } from '../core/time.ts';
import { digestOf } from '../storage/digest.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import type { RawRows } from './parseRows.ts';
import { repeating } from './repeating.ts';
import { asJson } from './rowShape.ts';
import type { Answering } from './slots.ts';

/** The rows that one request was answered with, as they were scored; written out later, off the answer's path. */
export interface AnsweredRows {
  readonly pipeline: string;
  readonly requestId: string;
  /** The caller's own id, echoed. */
  readonly id: string | undefined;
  /** Milliseconds UTC. */
  readonly at: number;
  readonly answering: Answering;
  /** Why that one answered. */
  readonly reason: string;
  readonly rows: RawRows;
  readonly scores: Float32Array;
  /** Of those that scored the same rows in time without answering; left out where nobody did. */
  readonly others?: readonly OtherScores[];
}

export interface OtherScores {
  readonly variant: string;
  readonly version: number;
  readonly scores: Float32Array;
}

/** One line of the log. `row` holds raw columns as `/predict` takes them: dates as ISO text. */
export interface PredictionLine {
  /** `<request id>/<row>`: unique, and the key of a label. The request id begins with the name of the log's files. */
  readonly predictionId: string;
  readonly id?: string;
  /** ISO time, UTC. */
  readonly at: string;
  readonly pipeline: string;
  readonly version: number;
  readonly digest: string;
  readonly epoch: number;
  readonly variant: string;
  readonly reason: string;
  readonly row: Readonly<Record<string, string | number | boolean | null>>;
  readonly score: number;
  readonly threshold: number;
  readonly answer: string;
  /** By variant: what else scored the row without answering; left out where nothing did. */
  readonly others?: Readonly<Record<string, { readonly version: number; readonly score: number }>>;
}

export interface PredictionLogOptions {
  readonly store: ObjectStore;
  /** Of this process alone, ever: it names the files. */
  readonly session: string;
  readonly everyMs: number;
  /** A file is written as soon as so many rows wait. */
  readonly rowsPerFile: number;
  /** Rows kept while the store is gone; beyond that the oldest requests are dropped and counted. */
  readonly keepRows: number;
  readonly report: (line: string) => void;
}

/**
 * Every answered row, as NDJSON under `predictions/<pipeline>/<yyyy-mm-ddThh>/<session>-<n>.sha256=<digest>.ndjson`,
 * create-only, each row exactly once. An answer never waits for it.
 */
export interface PredictionLog {
  append(answered: AnsweredRows): void;
  /** Rows that wait to be written. */
  readonly waiting: number;
  /** Rows lost since the start, because the store was gone for too long. */
  readonly dropped: number;
  /** Ends when all that waited when it was called is written, or the store has refused it. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface LogFile {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly rows: number;
}

export function openPredictionLog(options: PredictionLogOptions): PredictionLog {
  const { store, session, report } = options;
  const queues = new Map<string, AnsweredRows[]>();
  let [waiting, dropped, files] = [0, 0, 0];
  let unwritten: LogFile | undefined;
  let [failing, asked] = [false, false];
  const drop = (): void => {
    for (let queue = oldest(queues); waiting > options.keepRows && queue !== undefined; queue = oldest(queues)) {
      const rows = queue.shift()?.rows.rows ?? 0;
      waiting -= rows;
      dropped += rows;
    }
  };
  const write = async (): Promise<void> => {
    asked = false;
    for (let queue = oldest(queues); unwritten !== undefined || queue !== undefined; queue = oldest(queues)) {
      unwritten ??= await logFile(takeFile(queue ?? [], options.rowsPerFile), `${session}-${files++}`);
      await createOnce(store, unwritten);
      waiting -= unwritten.rows;
      unwritten = undefined;
      failing = false;
    }
  };
  const failed = (error: unknown): void => {
    if (!failing) report(`The prediction log cannot be written: up to ${options.keepRows} rows wait. ${String(error)}`);
    failing = true;
  };
  const writing = repeating(options.everyMs, write, failed);
  void writing.now();
  return {
    append(answered) {
      queueOf(queues, answered.pipeline).push(answered);
      waiting += answered.rows.rows;
      if (waiting > options.keepRows) drop();
      if (waiting < options.rowsPerFile || asked || failing) return;
      asked = true;
      void writing.now();
    },
    get waiting() {
      return waiting;
    },
    get dropped() {
      return dropped;
    },
    flush: () => writing.now(),
    async close() {
      await writing.now();
      await writing.close();
      if (waiting > 0) report(`${waiting} rows of the prediction log are lost: the store does not take them.`);
    },
  };
}

function queueOf(queues: Map<string, AnsweredRows[]>, pipeline: string): AnsweredRows[] {
  const queue = queues.get(pipeline) ?? [];
  queues.set(pipeline, queue);
  return queue;
}

/** The pipeline's queue whose first request has waited longest; undefined where nothing waits. */
function oldest(queues: ReadonlyMap<string, AnsweredRows[]>): AnsweredRows[] | undefined {
  let found: AnsweredRows[] | undefined;
  for (const queue of queues.values()) {
    const at = queue[0]?.at;
    if (at !== undefined && at < (found?.[0]?.at ?? Number.POSITIVE_INFINITY)) found = queue;
  }
  return found;
}

/** The first requests of one hour, whole, until they have `rows` rows. */
function takeFile(queue: AnsweredRows[], rows: number): AnsweredRows[] {
  const hour = Math.floor((queue[0]?.at ?? 0) / hourMs);
  let [requests, count] = [0, 0];
  for (const each of queue) {
    if (count >= rows || Math.floor(each.at / hourMs) !== hour) break;
    requests += 1;
    count += each.rows.rows;
  }
  return queue.splice(0, requests);
}

async function logFile(taken: readonly AnsweredRows[], name: string): Promise<LogFile> {
  const first = taken[0];
  const folder = `predictions/${first?.pipeline}/${hourOf(first?.at ?? 0)}`;
  const bytes = await ndjson(taken);
  const key = `${folder}/${name}.sha256=${digestOf(bytes)}.ndjson`;
  return { key, bytes, rows: taken.reduce((sum, each) => sum + each.rows.rows, 0) };
}

/** Lines made between two turns of the event loop, so that no request waits longer for the log than this takes. */
const linesPerTurn = 200;

async function ndjson(taken: readonly AnsweredRows[]): Promise<Uint8Array> {
  const parts: string[] = [];
  await nextTurn();
  for (const each of taken) {
    for (let row = 0; row < each.rows.rows; row += 1) {
      parts.push(JSON.stringify(line(each, row)), '\n');
      if (parts.length % (2 * linesPerTurn) === 0) await nextTurn();
    }
  }
  return Buffer.from(parts.join(''));
}

function line(answered: AnsweredRows, row: number): PredictionLine {
  const { loaded, epoch, variant } = answered.answering;
  const { threshold, answer } = loaded.package;
  const score = answered.scores[row] ?? Number.NaN;
  return {
    predictionId: `${answered.requestId}/${row}`,
    ...(answered.id === undefined ? {} : { id: answered.id }),
    at: new Date(answered.at).toISOString(),
    pipeline: answered.pipeline,
    version: loaded.routed.version,
    digest: loaded.routed.digest,
    epoch,
    variant,
    reason: answered.reason,
    row: rawRow(answered, row),
    score,
    threshold,
    answer: score >= threshold ? answer.positive : answer.negative,
    ...(answered.others === undefined ? {} : { others: otherScores(answered.others, row) }),
  };
}

function otherScores(others: readonly OtherScores[], row: number): NonNullable<PredictionLine['others']> {
  const entries = others.map(({ variant, version, scores }) => [variant, { version, score: scores[row] ?? Number.NaN }]);
  return Object.fromEntries(entries);
}

function rawRow({ answering, rows }: AnsweredRows, row: number): PredictionLine['row'] {
  const raw: Record<string, string | number | boolean | null> = {};
  for (const { column } of answering.loaded.shape.columns) {
    raw[column.name] = asJson(column, rows.columns[column.name]?.[row]);
  }
  return raw;
}

/** A create whose reply was lost is tried again: the same bytes under the key are then its own. */
async function createOnce(store: ObjectStore, file: LogFile): Promise<void> {
  if (await store.create(file.key, file.bytes)) return;
  const there = await store.read(file.key);
  if (there !== undefined && digestOf(there.bytes) === digestOf(file.bytes)) return;
  throw new WhetError('storage.damaged', {
    expected: `${file.key} to be written by this process`,
    came: 'other bytes',
  });
}
