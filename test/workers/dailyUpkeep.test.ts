import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf } from '../../storage/digest.ts';
import { putObject } from '../../storage/objects.ts';
import { readSweep } from '../../storage/sparingStore.ts';
import { noteRun } from '../../upkeep/runsUnderWay.ts';
import { dailyUpkeep } from '../../workers/dailyUpkeep.ts';
import { dropOldCopies } from '../../workers/dropOldCopies.ts';
import { readRetention } from '../../workers/readRetention.ts';
import { bareStore, openWorkplace, type Workplace } from '../../workers/workplace.ts';

const day = 86_400_000;

let folder: string;
let workplace: Workplace;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-upkeep-'));
  workplace = openWorkplace(folder, undefined, undefined);
});
afterEach(() => rm(folder, { recursive: true }));

/** Lets the upkeep of a worker go on until it has looked at the clock so often. */
async function whileKept(times: readonly number[], lines: string[] = []): Promise<void> {
  let asked = 0;
  const done = Promise.withResolvers<void>();
  const clock = (): number => {
    asked += 1;
    if (asked >= times.length) done.resolve();
    return times[Math.min(asked, times.length) - 1] ?? 0;
  };
  const kept = dailyUpkeep({ workplace, clock, report: (line) => lines.push(line), everyMs: 1 });
  await done.promise;
  await kept.stop();
}

const sweptAt = async (): Promise<number | null> => (await readSweep(bareStore(workplace))).state.sweptAt;

test('sweeps when a day is over, and tells what went', async () => {
  const store = bareStore(workplace);
  await putObject(store, Buffer.from('of use no more'));
  const now = Date.now();
  const lines: string[] = [];
  await whileKept(Array(20).fill(now + day), lines);
  expect([await sweptAt(), lines]).toEqual([now + day, []]);
  await whileKept(Array(20).fill(now + 2 * day - 1), lines);
  expect([await sweptAt(), lines]).toEqual([now + day, []]);
  await whileKept(Array(20).fill(now + 2 * day), lines);
  expect([await sweptAt(), lines]).toEqual([now + 2 * day, ['swept 1 objects that nothing needs']]);
});

test('lets runs go first, for a day', async () => {
  const now = Date.now();
  await whileKept(Array(20).fill(now));
  await noteRun(bareStore(workplace), 'run', now);
  await whileKept(Array(20).fill(now + 2 * day - 1));
  expect(await sweptAt()).toBe(now);
  await whileKept(Array(20).fill(now + 2 * day));
  expect(await sweptAt()).toBe(now + 2 * day);
});

test('an error is told once a day, and the engine goes on', async () => {
  await bareStore(workplace).put(`plans/${digestOf('x')}.json`, Buffer.from('{'));
  await bareStore(workplace).put('pins/snapshots/x.json', Buffer.from('{'));
  const lines: string[] = [];
  await whileKept(Array(60).fill(Date.now()), lines);
  expect(lines).toEqual([expect.stringMatching(/^The upkeep failed: storage\.damaged/)]);
});

test('the retention is that of retention.json beside the pipelines, and an error names it', async () => {
  expect((await readRetention(folder)).newestRuns).toBe(24);
  await writeFile(join(folder, 'retention.json'), '{"newestRuns":3}');
  expect((await readRetention(folder)).newestRuns).toBe(3);
  await writeFile(join(folder, 'retention.json'), '{"newestRuns":');
  await expect(readRetention(folder)).rejects.toMatchObject({ code: 'input.invalid' });
});

test('copies that nobody used for a week are dropped, and nothing else', async () => {
  expect(await dropOldCopies(workplace, Date.now())).toBe(0);
  const now = Date.now();
  const sources = join(folder, '.whet/sources');
  await mkdir(workplace.cacheFolder, { recursive: true });
  await mkdir(sources, { recursive: true });
  const [old, young] = [digestOf('old'), digestOf('young')];
  const paths = [join(workplace.cacheFolder, old), join(sources, `${old}-a.csv`), join(sources, 'sample.parquet')];
  for (const path of [...paths, join(workplace.cacheFolder, young)]) await writeFile(path, 'x');
  for (const path of paths) await utimes(path, (now - 7 * day) / 1_000, (now - 7 * day) / 1_000);
  expect(await dropOldCopies(workplace, now)).toBe(2);
  expect([await readdir(workplace.cacheFolder), await readdir(sources)]).toEqual([[young], ['sample.parquet']]);
});
