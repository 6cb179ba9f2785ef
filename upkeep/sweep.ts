import { randomUUID } from 'node:crypto';
import type { Retention } from '../core/retention.ts';
import {
  afterLook,
  dooming,
  dueKeys,
  endingDoom,
  holderMs,
  type SweepState,
  stillSpared,
  takingBack,
} from '../core/sweepRules.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { deadMs, readSweep, swapSweep } from '../storage/sparingStore.ts';
import { cutAlerts } from './cutAlerts.ts';
import { referrersFirst } from './referrersFirst.ts';
import { rootsOf } from './roots.ts';
import { forgetOldRuns, oldestRunMs } from './runsUnderWay.ts';
import { type StoreGraph, storeGraph } from './storeGraph.ts';

export interface SweepOptions {
  readonly store: ObjectStore;
  readonly retention: Retention;
  readonly clock: () => number;
  /** Only tells what would go. */
  readonly dry: boolean;
  /** Ends it between two batches; what is left goes the next time. */
  readonly signal?: AbortSignal;
}

export interface SweepReport {
  /** `busy`: another sweep is under way, and this one did nothing. */
  readonly outcome: 'swept' | 'dry' | 'busy';
  readonly kept: Amount;
  /** What nothing needs: it goes when its grace is over. */
  readonly waiting: Amounts;
  /** What went; in a dry run, what would. */
  readonly gone: Amounts;
  /** When the first of those that wait may go, milliseconds UTC. */
  readonly nextMs: number | null;
}

export interface Amount {
  readonly keys: number;
  readonly bytes: number;
}

/** By the first part of the keys, such as `objects`. */
export type Amounts = Readonly<Record<string, Amount>>;

/**
 * Marks all that is needed and removes what was seen to be unneeded for the whole grace. Whoever uses such a thing
 * meanwhile spares it (see `sparingStore`): of the two swaps of one document one is first, and a sweep that comes second
 * looks again. Killed at any point it leaves a whole store. Throws `storage.damaged` where a document on the way cannot
 * be read: nobody knows what it needs, so nothing goes.
 */
export async function sweep(options: SweepOptions): Promise<SweepReport> {
  if (options.dry) {
    const look = await lookAround(options);
    return reported(look, look.due.flat(), 'dry');
  }
  const by = randomUUID();
  if (!(await begun(options, by))) return { outcome: 'busy', ...nothing };
  try {
    return await swept(options, by);
  } finally {
    await ended(options, by);
  }
}

const nothing = { kept: { keys: 0, bytes: 0 }, waiting: {}, gone: {}, nextMs: null };

/** One sweep at a time; one that is much too old was killed. */
async function begun({ store, clock }: SweepOptions, by: string): Promise<boolean> {
  const { state, etag } = await readSweep(store);
  if (state.holder !== null && clock() - state.holder.at < holderMs) return false;
  return (await swapSweep(store, { ...takingBack(state), holder: { by, at: clock() } }, etag)) !== undefined;
}

/** What another sweep holds stays: this one was taken for dead. */
async function ended({ store }: SweepOptions, by: string): Promise<void> {
  for (;;) {
    const { state, etag } = await readSweep(store);
    if (state.holder?.by !== by) return;
    if ((await swapSweep(store, { ...takingBack(state), holder: null }, etag)) !== undefined) return;
  }
}

/** As often as it is looked at again where somebody keeps using candidates: what is left goes the next time. */
const mostLooks = 5;

async function swept(options: SweepOptions, by: string): Promise<SweepReport> {
  await forgetOldRuns(options.store, options.clock());
  await cutAlerts(options.store, options.retention, options.clock());
  const gone: string[] = [];
  for (let looks = 1; ; looks += 1) {
    const look = await lookAround(options);
    const isDone = await removed(options, by, look, gone);
    if (isDone || looks === mostLooks) return reported(look, gone, 'swept');
  }
}

interface Look {
  readonly graph: StoreGraph;
  readonly state: SweepState;
  readonly etag: string | null;
  readonly needed: number;
  /** In levels, referrers first. */
  readonly due: readonly (readonly string[])[];
  readonly graceMs: number;
}

/** The state is read first: what is used from now on changes it, and the swap that dooms fails. */
async function lookAround({ store, retention, clock }: SweepOptions): Promise<Look> {
  const { state, etag } = await readSweep(store);
  const nowMs = clock();
  const graph = storeGraph(store, await store.entries(''));
  const roots = await rootsOf(store, graph, retention, nowMs);
  const { graceMs } = retention;
  const spared = Object.keys(stillSpared(state, { nowMs, graceMs }));
  const needed = await graph.reach([...roots, ...spared]);
  const unneeded = new Set([...graph.entries.keys()].filter((key) => !needed.has(key)));
  const next = afterLook(takingBack(state), unneeded, { nowMs, graceMs });
  const modifiedMs = (key: string): number => graph.entries.get(key)?.modifiedMs ?? nowMs;
  const old = dueKeys(next, { nowMs, graceMs, modifiedMs, oldestRunMs: await oldestRunMs(store, nowMs) });
  return { graph, state: next, etag, needed: needed.size, due: await closed(graph, unneeded, old), graceMs };
}

/** What waits still may be found and used: what it names stays as long. */
async function closed(graph: StoreGraph, unneeded: ReadonlySet<string>, old: readonly string[]): Promise<string[][]> {
  const isOld = new Set(old);
  const stillNamed = await graph.reach([...unneeded].filter((key) => !isOld.has(key)));
  return referrersFirst(
    graph,
    old.filter((key) => !stillNamed.has(key)),
  );
}

const batchKeys = 500;

/**
 * Dooms and removes batch by batch, referrers before what they name, so that nothing that is left names what is gone.
 * False where somebody used a candidate meanwhile: then all is to be looked at again.
 */
async function removed(options: SweepOptions, by: string, look: Look, gone: string[]): Promise<boolean> {
  const { store, clock, signal } = options;
  let { state, etag } = look;
  for (const [at, keys] of batchesOf(look.due).entries()) {
    state = dooming(state, `${by}/${at}`, keys);
    const doomed = await swapSweep(store, state, etag);
    if (doomed === undefined) return false;
    const left = await removeDoomed(options, state, gone);
    state = endingDoom(state, left);
    const cleared = await swapSweep(store, state, doomed);
    if (cleared === undefined) return false;
    etag = cleared;
    // What these name stays as long as they do: the rest goes the next time.
    if (left.length > 0 || signal?.aborted === true) break;
  }
  return (await swapSweep(store, { ...state, sweptAt: clock() }, etag)) !== undefined;
}

/** Gives what is left. Whoever waits for these keys takes them back some time after this has stopped. */
async function removeDoomed({ store, clock }: SweepOptions, { doomed }: SweepState, gone: string[]): Promise<string[]> {
  const until = clock() + deadMs / 2;
  const left: string[] = [];
  await concurrently(Object.keys(doomed?.keys ?? {}), storeHands, async (key) => {
    if (clock() > until) return left.push(key);
    await store.remove(key);
    return gone.push(key);
  });
  return left;
}

/** A batch is of one level, and ends with its last key: only then come those that these name. */
function batchesOf(levels: readonly (readonly string[])[]): string[][] {
  return levels.flatMap((keys) => {
    const starts = Array.from({ length: Math.ceil(keys.length / batchKeys) }, (_, at) => at * batchKeys);
    return starts.map((start) => keys.slice(start, start + batchKeys));
  });
}

function reported(
  { graph, state, needed, graceMs }: Look,
  gone: readonly string[],
  outcome: 'swept' | 'dry',
): SweepReport {
  const goes = new Set(gone);
  const waiting = Object.keys(state.candidates).filter((key) => !goes.has(key));
  const since = waiting.map((key) => state.candidates[key] ?? 0);
  const bytesOf = (key: string): number => graph.entries.get(key)?.bytes ?? 0;
  const all = [...graph.entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  const unneeded = Object.keys(state.candidates).reduce((sum, key) => sum + bytesOf(key), 0);
  return {
    outcome,
    kept: { keys: needed, bytes: all - unneeded },
    waiting: amounts(waiting, bytesOf),
    gone: amounts([...goes], bytesOf),
    nextMs: since.length === 0 ? null : Math.min(...since) + graceMs,
  };
}

function amounts(keys: readonly string[], bytesOf: (key: string) => number): Amounts {
  const byPrefix = Map.groupBy(keys, (key) => key.split('/')[0] ?? key);
  const sums = [...byPrefix].map(([prefix, own]): [string, Amount] => {
    return [prefix, { keys: own.length, bytes: own.reduce((sum, key) => sum + bytesOf(key), 0) }];
  });
  return Object.fromEntries(sums.sort(([a], [b]) => (a < b ? -1 : 1)));
}
