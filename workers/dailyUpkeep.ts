import { setTimeout as pause } from 'node:timers/promises';
import { readSweep } from '../storage/sparingStore.ts';
import { oldestRunMs } from '../upkeep/runsUnderWay.ts';
import { type SweepReport, sweep } from '../upkeep/sweep.ts';
import { dropOldCopies } from './dropOldCopies.ts';
import type { Report } from './engine.ts';
import { readRetention } from './readRetention.ts';
import { bareStore, type Workplace } from './workplace.ts';

export interface UpkeepOptions {
  readonly workplace: Workplace;
  readonly clock: () => number;
  readonly report: Report;
  /** How often it is looked whether a day is over. */
  readonly everyMs?: number;
}

/**
 * Once a day sweeps the store and drops old copies, in the background of a worker: when no run is under way, and after
 * another day in any case. Of several workers one sweeps. An error is told, and a day later it is tried again.
 */
export function dailyUpkeep(options: UpkeepOptions): { stop(): Promise<void> } {
  const { everyMs = 10 * 60_000, report, workplace, clock } = options;
  const ending = new AbortController();
  const daily = [
    onceADay(clock, () => dropOldCopies(workplace, clock())),
    onceADay(clock, () => sweepIfDue(options, ending.signal)),
  ];
  const working = (async () => {
    while (await waited(everyMs, ending.signal))
      for (const work of daily)
        await work().catch((error: unknown) =>
          report(`The upkeep failed: ${error instanceof Error ? error.message : String(error)}`),
        );
  })();
  return {
    async stop() {
      ending.abort();
      await working;
    },
  };
}

/** Work that is not done again for a day once it was done or has failed; `not yet` puts it off. */
function onceADay(clock: () => number, work: () => Promise<unknown>): () => Promise<void> {
  let doneAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (clock() - doneAt < dayMs) return;
    const before = doneAt;
    doneAt = clock();
    if ((await work()) === 'not yet') doneAt = before;
  };
}

const dayMs = 86_400_000;

async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  // Nobody waits for a sweep: the process may end.
  await pause(ms, undefined, { signal, ref: false }).catch(() => undefined);
  return !signal.aborted;
}

async function sweepIfDue(
  { workplace, clock, report }: UpkeepOptions,
  signal: AbortSignal,
): Promise<'not yet' | undefined> {
  const store = bareStore(workplace);
  const { sweptAt } = (await readSweep(store)).state;
  const dueForMs = clock() - (sweptAt ?? 0) - dayMs;
  if (dueForMs < 0) return 'not yet';
  if (dueForMs < dayMs && (await oldestRunMs(store, clock())) !== undefined) return 'not yet';
  const swept = await sweep({ store, retention: await readRetention(workplace.folder), clock, dry: false, signal });
  if (swept.outcome === 'busy') return 'not yet';
  if (sizeOf(swept) > 0) report(`swept ${sizeOf(swept)} objects that nothing needs`);
  return undefined;
}

function sizeOf({ gone }: SweepReport): number {
  return Object.values(gone).reduce((sum, { keys }) => sum + keys, 0);
}
