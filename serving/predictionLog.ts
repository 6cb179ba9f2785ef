import { setImmediate as nextTurn } from 'node:timers/promises';
import { hourOf } from '../core/time.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createOnce } from './createOnce.ts';
import { dropJournal, journalFolder, shipLeftovers, touchJournal } from './logJournal.ts';
import { type LogSegment, openSegment } from './logSegment.ts';
import type { RawRows } from './parseRows.ts';
import { type Repeating, repeating } from './repeating.ts';
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
  /** The rows' numbers in the request, where they are not all of it. */
  readonly numbers?: readonly number[] | undefined;
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
  /** Rows kept while the store is gone; beyond that the oldest are dropped and counted. */
  readonly keepRows: number;
  /**
   * A folder of this machine, shared by its serving processes: rows are written through to it until the store has them, so
   * that those of a process that was killed are written by the next. Undefined: they are in memory alone.
   */
  readonly journal?: string | undefined;
  readonly report: (line: string) => void;
}

/**
 * Every answered row, as NDJSON under `predictions/<pipeline>/<yyyy-mm-ddThh>/<session>-<n>.sha256=<digest>.ndjson`,
 * create-only, each row exactly once. An answer never waits for it. With a journal, `kill -9` costs what was answered in the
 * last turn of the event loop and during one write to a file of this machine; without, what was answered since `everyMs`.
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

/** Lines made between two turns of the event loop, so that no request waits longer for the log than this takes. */
const linesPerTurn = 200;

export function openPredictionLog(options: PredictionLogOptions): PredictionLog {
  const { store, session, report, keepRows, journal } = options;
  // What is dropped is dropped by segments: a tenth of what is kept at most.
  const rowsPerFile = Math.max(1, Math.min(options.rowsPerFile, Math.floor(keepRows / 10)));
  const folder = journal === undefined ? undefined : journalFolder(journal, session);
  const answered: AnsweredRows[] = [];
  const growing = new Map<string, LogSegment>();
  const full: LogSegment[] = [];
  let [waiting, dropped, files] = [0, 0, 0];
  let [failing, asked, told] = [false, false, false];
  let settling: Promise<void> | undefined;
  const unkept = (error: unknown): void => {
    if (!told)
      report(`The prediction log cannot be written to this machine, rows wait in memory alone. ${String(error)}`);
    told = true;
  };
  const segmentFor = ({ pipeline, at }: AnsweredRows): LogSegment => {
    const there = growing.get(pipeline);
    if (there?.hour === hourOf(at) && there.rows < rowsPerFile) return there;
    if (there !== undefined) full.push(there);
    const segment = openSegment({ pipeline, hour: hourOf(at), name: `${session}-${files++}`, folder, failed: unkept });
    growing.set(pipeline, segment);
    return segment;
  };
  const seal = (): void => {
    full.push(...growing.values());
    growing.clear();
  };
  /** Makes lines of what was answered since the last turn of the event loop. */
  const settle = async (): Promise<void> => {
    await nextTurn();
    let lines = 0;
    for (let next = answered.shift(); next !== undefined; next = answered.shift()) {
      for (let row = 0; row < next.rows.rows; row += 1) {
        segmentFor(next).add(`${JSON.stringify(line(next, row))}\n`);
        lines += 1;
        if (lines % linesPerTurn === 0) await nextTurn();
      }
    }
    for (const segment of [...full, ...growing.values()]) void segment.save();
    settling = undefined;
  };
  const drop = (): void => {
    if (full.length === 0) seal();
    while (waiting > keepRows) {
      const segment = full.shift();
      const rows = segment?.rows ?? answered.shift()?.rows.rows;
      if (rows === undefined) return;
      void segment?.remove().catch(unkept);
      waiting -= rows;
      dropped += rows;
    }
  };
  const ship = async (segment: LogSegment): Promise<void> => {
    try {
      const { key, bytes } = await segment.sealed();
      await createOnce(store, key, bytes);
    } catch (error) {
      full.unshift(segment);
      throw error;
    }
    waiting -= segment.rows;
    failing = false;
    await segment.remove().catch(unkept);
  };
  const write = async (): Promise<void> => {
    asked = false;
    await settling;
    if (folder !== undefined) await touchJournal(folder).catch(unkept);
    seal();
    for (let next = full.shift(); next !== undefined; next = full.shift()) await ship(next);
  };
  const failed = (error: unknown): void => {
    if (!failing) report(`The prediction log cannot be written: up to ${keepRows} rows wait. ${String(error)}`);
    failing = true;
  };
  const writing = repeating(options.everyMs, write, failed);
  void writing.now();
  const leftovers = journal === undefined ? undefined : shipping(options, journal);
  return {
    append(rows) {
      answered.push(rows);
      settling ??= settle();
      waiting += rows.rows.rows;
      if (waiting > keepRows) drop();
      if (waiting < rowsPerFile || asked || failing) return;
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
      await leftovers?.close();
      await writing.now();
      await writing.close();
      await Promise.all(full.map((segment) => segment.end()));
      if (waiting === 0) return folder === undefined ? undefined : dropJournal(folder);
      const fate = folder === undefined || told ? 'are lost' : `stay in ${folder} for the next start`;
      report(`${waiting} rows of the prediction log ${fate}: the store does not take them.`);
    },
  };
}

const leftoversMs = 60_000;

/** Now, and should the store be gone now, later. */
function shipping({ store, session, report }: PredictionLogOptions, journal: string): Repeating {
  let told = false;
  const ship = async (): Promise<void> => {
    const rows = await shipLeftovers(store, journal, session);
    if (rows > 0) report(`${rows} rows of the prediction log, of processes that died, are in the store now.`);
  };
  const later = repeating(leftoversMs, ship, (error) => {
    if (!told) report(`What is left of the prediction log in ${journal} waits. ${String(error)}`);
    told = true;
  });
  void later.now();
  return later;
}

function line(answered: AnsweredRows, row: number): PredictionLine {
  const { loaded, epoch, variant } = answered.answering;
  const { threshold, answer } = loaded.package;
  const score = answered.scores[row] ?? Number.NaN;
  return {
    predictionId: `${answered.requestId}/${answered.numbers?.[row] ?? row}`,
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
  const entries = others.map(({ variant, version, scores }) => [
    variant,
    { version, score: scores[row] ?? Number.NaN },
  ]);
  return Object.fromEntries(entries);
}

function rawRow({ answering, rows }: AnsweredRows, row: number): PredictionLine['row'] {
  const raw: Record<string, string | number | boolean | null> = {};
  for (const { column } of answering.loaded.shape.columns) {
    raw[column.name] = asJson(column, rows.columns[column.name]?.[row]);
  }
  return raw;
}
