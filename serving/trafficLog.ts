import type { ErrorCode } from '../core/errors.ts';
import { latencyBucket, latencyBuckets, type TrafficLine, trafficPlace } from '../core/trafficLine.ts';
import { digestOf } from '../storage/digest.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createOnce } from './createOnce.ts';
import { repeating } from './repeating.ts';

export interface TrafficLogOptions {
  readonly store: ObjectStore;
  /** Of this process alone, ever: it names the files. */
  readonly session: string;
  /** A line tells of so long. */
  readonly everyMs: number;
  /** Lines kept while the store is gone; beyond that the oldest are dropped and told. */
  readonly keepLines: number;
  /** Milliseconds UTC. */
  readonly clock: () => number;
  /** What else callers ask for is not counted: they may ask for anything. */
  readonly isServed: (pipeline: string) => boolean;
  readonly report: (line: string) => void;
}

/**
 * What the prediction log cannot tell, for it holds answered rows alone: how many requests there were, which failed or were
 * turned away, and how long answers took. Counted in place, and once a minute a `TrafficLine` for each pipeline at
 * `traffic/<pipeline>/<yyyy-mm-ddThh>/<mm>-<session>-<n>.sha256=<digest>.ndjson`, create-only. No request waits for it; a
 * process that is killed loses its last minute.
 */
export interface TrafficLog {
  /** A request for scores that came to its end; `code` is that of its error, and `ms` how long its answer took. */
  ended(pipeline: string, code: ErrorCode | undefined, ms: number): void;
  /** Ends when what was counted until now is written, or the store has refused it. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export function openTrafficLog(options: TrafficLogOptions): TrafficLog {
  const { store, session, clock, keepLines, report } = options;
  const growing = new Map<string, Counts>();
  const waiting: StoredLine[] = [];
  let [fromMs, files, failing] = [clock(), 0, false];
  const seal = (): void => {
    const toMs = clock();
    for (const [pipeline, counts] of growing) {
      waiting.push(storedLine(lineOf(pipeline, counts, fromMs, toMs), `${session}-${files++}`));
    }
    growing.clear();
    fromMs = toMs;
    const lost = waiting.splice(0, waiting.length - keepLines).length;
    if (lost > 0) report(`${lost} lines of the traffic are lost: the store has not taken them for too long.`);
  };
  const write = async (): Promise<void> => {
    seal();
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      await createOnce(store, next.key, next.bytes);
      if (waiting[0] === next) waiting.shift();
    }
    failing = false;
  };
  const writing = repeating(options.everyMs, write, (error) => {
    if (!failing) report(`The traffic cannot be written: its lines wait. ${String(error)}`);
    failing = true;
  });
  void writing.now();
  return {
    ended(pipeline, code, ms) {
      let counts = growing.get(pipeline);
      if (counts === undefined) {
        if (!options.isServed(pipeline)) return;
        counts = { requests: 0, errors: {}, latency: new Uint32Array(latencyBuckets) };
        growing.set(pipeline, counts);
      }
      counts.requests += 1;
      if (code !== undefined) counts.errors[code] = (counts.errors[code] ?? 0) + 1;
      else {
        const bucket = latencyBucket(ms);
        counts.latency[bucket] = (counts.latency[bucket] ?? 0) + 1;
      }
    },
    flush: () => writing.now(),
    async close() {
      await writing.now();
      await writing.close();
      if (waiting.length > 0) report(`${waiting.length} lines of the traffic are lost: the store does not take them.`);
    },
  };
}

interface Counts {
  requests: number;
  readonly errors: Partial<Record<ErrorCode, number>>;
  readonly latency: Uint32Array;
}

interface StoredLine {
  readonly key: string;
  readonly bytes: Uint8Array;
}

function lineOf(pipeline: string, { requests, errors, latency }: Counts, fromMs: number, toMs: number): TrafficLine {
  const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString()) as [string, string];
  const counted = [...latency.entries()].filter(([, count]) => count > 0);
  return { pipeline, from, to, requests, errors, latency: Object.fromEntries(counted) };
}

/** The minute stands in the name: who looks at a quarter of an hour reads no more than that. */
function storedLine(line: TrafficLine, name: string): StoredLine {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  const { folder, minute } = trafficPlace(line.pipeline, Date.parse(line.from));
  return { key: `${folder}${minute}${name}.sha256=${digestOf(bytes)}.ndjson`, bytes };
}
