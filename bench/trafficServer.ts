import { setTimeout as pause } from 'node:timers/promises';
import { loadInThread } from '../serving/loadInThread.ts';
import type { LoadPackage } from '../serving/loadVersion.ts';
import { openServer } from '../serving/server.ts';
import { localDisk } from '../storage/localDisk.ts';

/**
 * A serving process of the traffic bench: node trafficServer.ts FOLDER SLOW_MS. Variants take so much longer than they do, once
 * they are loaded. It tells its parent the address and ends when it is told to.
 */
const [folder = '', slow = '0'] = process.argv.slice(2);
const slowMs = Number(slow);
const server = await openServer({
  store: localDisk(folder),
  clock: () => Date.now(),
  intervals: { routingMs: 50, leaseMs: 100 },
  // Nobody is turned away: all that is asked is measured.
  limits: { queueMs: 60_000, burstMs: 60_000 },
  report: () => {},
  ...(slowMs === 0 ? {} : { loadVariant: slowVariant }),
});
process.send?.(server.url);
process.once('message', () => void server.close().then(() => process.disconnect()));

/** As if it were in a queue: only what is asked for after it was loaded waits, and of that too little to be taken out. */
async function slowVariant(...given: Parameters<LoadPackage>): ReturnType<LoadPackage> {
  const { package: made, scorer } = await loadInThread(...given);
  const golden = made.golden.columns;
  const isGolden = (columns: Readonly<Record<string, ArrayLike<unknown>>>) =>
    Object.entries(columns).every(([name, values]) => golden[name]?.includes((values[0] ?? null) as never));
  return {
    package: made,
    scorer: {
      ...scorer,
      async score(columns) {
        if (!isGolden(columns.columns) && isSlow(columns.columns.distance)) await pause(slowMs);
        return scorer.score(columns);
      },
    },
  };
}

/** One of ten: a variant that is late in half of its last requests is taken out, and other work may make it so. */
function isSlow(distance: ArrayLike<unknown> = []): boolean {
  return Number(distance[0]) % 10 === 0;
}
