import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadPackage } from '../../models/scorers/loadPackage.ts';
import { largeModelBytes, loadBySize } from '../../serving/loadBySize.ts';
import { openWorkbench, pipeline, post, route, until, type Workbench } from './fixture.ts';
import { distanceRow, putLarge } from './largeVersion.ts';

const megabytes = 32;
/** What loading may hold the serving thread up for, in milliseconds. */
const mostMs = 50;

describe('a large model', () => {
  let bench: Workbench;
  beforeEach(async () => {
    bench = await openWorkbench();
  });
  afterEach(() => bench.close());

  test('is prepared and answers while others are answered, and never holds the event loop up', async () => {
    const [small, large] = [await putLarge(bench.store, 1, 0.01), await putLarge(bench.store, 2, megabytes)];
    await route(bench.store, 1, small);
    const server = await bench.open();
    const asked = async () => (await post(`${server.url}/predict/${pipeline}`, distanceRow)).body;
    await asked();
    const delayed = await heldUpDuring(async () => {
      await route(bench.store, 2, large);
      await until(async () => {
        const { version } = await asked();
        return version === 2;
      });
    });
    expect(await asked()).toMatchObject({ version: 2, score: expect.closeTo(0.567, 2) });
    // The same work in this thread shows that the measure sees it.
    const here = await heldUpDuring(async () => {
      const { scorer } = await loadPackage(bench.store, large.package);
      await scorer.release();
    });
    expect(delayed).toBeLessThan(mostMs);
    expect(here).toBeGreaterThan(mostMs);
  }, 60_000);

  test('is told from a small one by its bytes', async () => {
    const megabyte = largeModelBytes / 2 ** 20;
    const just = await loadBySize(bench.store, (await putLarge(bench.store, 1, megabyte * 0.9)).package);
    const over = await loadBySize(bench.store, (await putLarge(bench.store, 2, megabyte * 1.1)).package);
    const row = { rows: 1, columns: { distance: [733] } };
    expect((await just.scorer.score(row))[0]).toBeCloseTo(0.543, 2);
    expect((await over.scorer.score(row))[0]).toBeCloseTo(0.567, 2);
    await Promise.all([just.scorer.release(), over.scorer.release()]);
  });
});

/**
 * The longest time in milliseconds for which some work held the event loop up: processor time of this thread between two
 * of its turns, so that what else the machine does is not taken for it.
 */
async function heldUpDuring(work: () => Promise<void>): Promise<number> {
  const usedMs = (): number => (process.threadCpuUsage().user + process.threadCpuUsage().system) / 1_000;
  let [last, longest] = [usedMs(), 0];
  const look = (): void => {
    const now = usedMs();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const looking = setInterval(look, 1);
  await work();
  clearInterval(looking);
  look();
  return longest;
}
