import { setTimeout as pause } from 'node:timers/promises';
import type { ObjectStore } from '../storage/objectStore.ts';
import { readSweep } from '../storage/sparingStore.ts';
import { oldestRunMs } from '../upkeep/runsUnderWay.ts';
import { type SweepReport, sweep } from '../upkeep/sweep.ts';
import type { Report } from './engine.ts';
import { readRetention } from './readRetention.ts';

export interface UpkeepOptions {
  /** The bare store: what a sweep looks at is not used by that. */
  readonly store: ObjectStore;
  /** With `retention.json`, if there is one. */
  readonly folder: string;
  readonly clock: () => number;
  readonly report: Report;
  /** How often it is looked whether a day is over. */
  readonly everyMs?: number;
}

/**
 * Sweeps once a day, in the background of a worker: when no run is under way, and after another day in any case. Of
 * several workers one does it. An error is told, and a day later it is tried again.
 */
export function dailyUpkeep(options: UpkeepOptions): { stop(): Promise<void> } {
  const { everyMs = 10 * 60_000, report } = options;
  const ending = new AbortController();
  const working = (async () => {
    let failedAt = Number.NEGATIVE_INFINITY;
    while (await waited(everyMs, ending.signal)) {
      if (options.clock() - failedAt < dayMs) continue;
      await sweepIfDue(options, ending.signal).catch((error: unknown) => {
        failedAt = options.clock();
        report(`The store was not swept: ${error instanceof Error ? error.message : String(error)}`);
      });
    }
  })();
  return {
    async stop() {
      ending.abort();
      await working;
    },
  };
}

const dayMs = 86_400_000;

async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  // Nobody waits for a sweep: the process may end.
  await pause(ms, undefined, { signal, ref: false }).catch(() => undefined);
  return !signal.aborted;
}

async function sweepIfDue({ store, folder, clock, report }: UpkeepOptions, signal: AbortSignal): Promise<void> {
  const { sweptAt } = (await readSweep(store)).state;
  const dueForMs = clock() - (sweptAt ?? 0) - dayMs;
  if (dueForMs < 0) return;
  if (dueForMs < dayMs && (await oldestRunMs(store, clock())) !== undefined) return;
  const swept = await sweep({ store, retention: await readRetention(folder), clock, dry: false, signal });
  if (swept.outcome === 'swept' && sizeOf(swept) > 0) report(`swept ${sizeOf(swept)} objects that nothing needs`);
}

function sizeOf({ gone }: SweepReport): number {
  return Object.values(gone).reduce((sum, { keys }) => sum + keys, 0);
}
