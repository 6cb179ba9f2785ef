import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Look } from '../../core/look.ts';
import { seededRandom } from '../../core/random.ts';
import { hourMs, hourStart } from '../../core/time.ts';
import type { AnomalyMonitor } from '../../core/watchPlan.ts';
import { anomaly } from '../../monitoring/anomaly.ts';
import { openTrafficLog } from '../../serving/trafficLog.ts';
import { anomalies } from '../../words/anomalies.ts';
import { pipeline } from './logFixture.ts';
import { type AnsweredRow, type WatchedPast, watchedPast } from './watchedPast.ts';

// A Wednesday.
const at = hourStart('2026-11-18T12');
const [minuteMs, dayMs] = [60_000, 24 * hourMs];
const monitorOf = (of: AnomalyMonitor['of']) => anomalies(of, { leastRows: 20 }).plan('') as AnomalyMonitor;

let past: WatchedPast;
beforeEach(async () => {
  past = await watchedPast();
  await past.promoted({});
});
afterEach(() => past.close());

async function found(of: AnomalyMonitor['of'], atMs = at) {
  return anomaly(await past.seen(atMs), monitorOf(of));
}

/** So many rows in the quarter of an hour before noon, on days back from today. */
async function served(days: readonly number[], count: number, score = 0.5): Promise<void> {
  const random = seededRandom(days.length + count);
  const rows = days.flatMap((day) =>
    Array.from({ length: count + Math.round((count / 10) * random.normal()) }, (_, row): AnsweredRow => {
      const atMs = at - day * dayMs - 1 - Math.floor(random.next() * 15 * minuteMs);
      return {
        atMs,
        score: Math.min(1, Math.max(0, score + random.normal() / 10)),
        predictionId: `${day}-${count}-${row}/0`,
      };
    }),
  );
  await past.answered(`d${days.join('-')}-${count}`, rows);
}

const twoWeeks = Array.from({ length: 14 }, (_, day) => day + 1);

test('a rate as on other such days is fine, one that halved or doubled is off, and so is none at all', async () => {
  await served(twoWeeks, 60);
  expect(await found('rate')).toMatchObject([
    { state: 'off', value: 0, rows: 0, text: expect.stringContaining('a dip') },
  ]);
  await served([0], 55);
  const [fine] = await found('rate');
  expect(fine).toMatchObject({ about: 'answered rows', state: 'fine', value: expect.closeTo(55 / 900, 2) });
  expect(fine?.limit).toBeLessThan(fine?.value ?? 0);
  await served([0], 90);
  const [spike] = await found('rate');
  expect(spike).toMatchObject({ state: 'off', text: expect.stringContaining('a spike') });
  expect(spike?.limit).toBeLessThan(spike?.value ?? 0);
});

test('with too few such days there is too little to say, and days before the first row are none', async () => {
  await served([0, 1, 2, 3], 60);
  const [finding] = await found('rate');
  expect(finding).toMatchObject({ state: 'too little to say', text: expect.stringContaining('2 windows like it') });
});

test('scores are compared by their mean, of enough rows', async () => {
  await served(twoWeeks, 40);
  await served([0], 40, 0.52);
  expect(await found('scores')).toMatchObject([{ about: 'mean score', state: 'fine' }]);
  await past.close();
  past = await watchedPast();
  await past.promoted({});
  await served(twoWeeks, 40);
  await served([0], 40, 0.7);
  const [spike] = await found('scores');
  expect(spike).toMatchObject({ state: 'off', text: expect.stringContaining('a spike') });
  expect(spike?.limit).toBeLessThan(spike?.value ?? 0);
  expect(await found('scores', at + 15 * minuteMs)).toEqual([]);
});

/** Lines as a serving process writes them: so many requests each minute, with a share that failed. */
async function traffic(day: number, failed: number, ms: number): Promise<void> {
  let now = at - day * dayMs - 15 * minuteMs;
  const log = openTrafficLog({
    ...{ store: past.store, session: `s${day}`, everyMs: dayMs, keepLines: 10, clock: () => now },
    ...{ isServed: () => true, report: (line) => expect.fail(line) },
  });
  await log.flush();
  for (let minute = 0; minute < 15; minute += 5) {
    for (let request = 0; request < 100; request += 1) {
      log.ended(pipeline, request < failed ? 'server.busy' : undefined, ms * (1 + (request % 10) / 20));
    }
    now += 5 * minuteMs;
    await log.flush();
  }
  await log.close();
}

test('latency and errors are those that the processes counted: slower answers and more failures are off', async () => {
  for (const day of twoWeeks) await traffic(day, 1, 2 + (day % 3) / 10);
  await traffic(0, 1, 2.2);
  expect((await found('latency')).map(({ about, state, rows }) => [about, state, rows])).toEqual([
    ['median of the latency', 'fine', 297],
    ['99th percentile of the latency', 'fine', 297],
  ]);
  expect(await found('errors')).toMatchObject([{ about: 'failed requests', state: 'fine', value: 0.01, rows: 300 }]);
  // A second process at the same time.
  await traffic(-0.000001, 30, 30);
  const [median, high] = await found('latency');
  expect([median?.state, high?.state]).toEqual(['fine', 'off']);
  expect(high?.value).toBeCloseTo(0.042, 2);
  const [errors] = await found('errors');
  expect(errors).toMatchObject({ state: 'off', rows: 600, text: expect.stringContaining('93 of them server.busy') });
  expect(errors?.limit).toBeLessThan(errors?.value ?? 0);
});

test('earlier windows are taken from the looks of that time, where there were any', async () => {
  await served([0], 60);
  const days = [1, 2, 5, 6, 7, 8, 9, 12];
  const looks = days.map((day) => {
    const to = new Date(at - day * dayMs).toISOString();
    const from = new Date(at - day * dayMs - 15 * minuteMs).toISOString();
    const finding = { monitor: 'anomalies-rate', about: 'answered rows', value: 1 + day / 10, rows: 900, from, to };
    return { at: to, findings: [finding] } as unknown as Look;
  });
  const seen = await past.seen(at);
  const earlier = async (fromMs: number, toMs: number) =>
    looks.filter((look) => Date.parse(look.at) >= fromMs && Date.parse(look.at) < toMs);
  const [finding] = await anomaly({ ...seen, earlier }, monitorOf('rate'));
  expect(finding).toMatchObject({
    state: 'off',
    text: expect.stringContaining('median of 8 windows like it is 1.65 a second'),
  });
});
