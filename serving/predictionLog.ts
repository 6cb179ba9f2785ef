import { setImmediate } from 'node:timers/promises';
import { hourMs, hourOf } from '../core/time.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createOnce } from './createOnce.ts';
import { dropJournal, journalFolder, shipLeftovers, touchJournal } from './logJournal.ts';
import { type LogSegment, openSegment } from './logSegment.ts';
import { type AnsweredRows, predictionText } from './predictionText.ts';
import { type Repeating, repeating } from './repeating.ts';

export type { PredictionLine } from './predictionText.ts';

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
 * last 2 ms and during one write to a file of this machine; without, what was answered since `everyMs`.
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

/** What comes within it is written to the file of this machine at once: for each turn alone a write costs as much as the answers. */
const saveMs = 2;

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
  let saving: NodeJS.Timeout | undefined;
  const unkept = (error: unknown): void => {
    if (!told)
      report(`The prediction log cannot be written to this machine, rows wait in memory alone. ${String(error)}`);
    told = true;
  };
  const segmentFor = ({ pipeline, at }: AnsweredRows): LogSegment => {
    const there = growing.get(pipeline);
    const hour = hourWith(at);
    if (there?.hour === hour && there.rows < rowsPerFile) return there;
    if (there !== undefined) full.push(there);
    const segment = openSegment({ pipeline, hour, name: `${session}-${files++}`, folder, failed: unkept });
    growing.set(pipeline, segment);
    return segment;
  };
  const seal = (): void => {
    full.push(...growing.values());
    growing.clear();
  };
  /** Makes lines of what was answered since the last turn of the event loop. */
  const settle = async (): Promise<void> => {
    await setImmediate();
    let lines = 0;
    for (let next = answered.shift(); next !== undefined; next = answered.shift()) {
      for (let row = 0; row < next.rows.rows; row += 1) {
        segmentFor(next).add(predictionText(next, row));
        lines += 1;
        if (lines % linesPerTurn === 0) await setImmediate();
      }
    }
    if (folder !== undefined && saving === undefined) saving = setTimeout(save, saveMs).unref();
    settling = undefined;
  };
  const save = (): void => {
    saving = undefined;
    for (const segment of [...full, ...growing.values()]) void segment.save();
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

let [lastHour, lastHourText] = [Number.NaN, ''];

/** Nearly every row falls into the hour of the one before it. */
function hourWith(at: number): string {
  const hour = Math.floor(at / hourMs);
  if (hour !== lastHour) [lastHour, lastHourText] = [hour, hourOf(at)];
  return lastHourText;
}
