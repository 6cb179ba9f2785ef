import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ProducerOffset, producerClocks } from '../../core/producerClocks.ts';
import { seededRandom } from '../../core/random.ts';
import type { ServingLease } from '../../core/routing.ts';
import { hourMs, hourStart } from '../../core/time.ts';
import { clockSkew } from '../../monitoring/clockSkew.ts';
import { keptLabels } from '../../monitoring/keptLabels.ts';
import { lookAt } from '../../monitoring/lookAt.ts';
import { openLookContext } from '../../monitoring/openLookContext.ts';
import { clockSkew as monitorOf } from '../../words/clockSkew.ts';
import { flightPlan } from '../models/flightPlan.ts';
import { goodRow, openWorkbench, pipeline, post, putVersion, route } from '../serving/fixture.ts';
import { type WatchedPast, watchedPast, watching } from './watchedPast.ts';

const at = hourStart('2026-11-21T12');
const minuteMs = 60_000;
const monitor = monitorOf().plan('') as never;

let past: WatchedPast;
beforeEach(async () => {
  past = await watchedPast();
});
afterEach(() => past.close());

/** Forty rows of a producer in the last quarter of an hour, each late by what sending takes: a second, or minutes. */
async function sent(producer: string | undefined, fastMs: number, eventOf = (atMs: number) => atMs): Promise<void> {
  const random = seededRandom(producer?.length ?? 0);
  const rows = Array.from({ length: 40 }, (_, row) => {
    const atMs = at - Math.floor(((row + random.next()) / 40) * 15 * minuteMs) - 1;
    const lateMs = random.next() < 0.2 ? 10 * minuteMs * random.next() : 2_000 * random.next();
    const date = new Date(eventOf(atMs - lateMs) + fastMs).toISOString();
    return { atMs, row: { date }, ...(producer === undefined ? {} : { producer }) };
  });
  await past.answered(String(producer).replace(' ', '-'), rows);
}

const states = async (changed?: Parameters<WatchedPast['seen']>[1]) => {
  const found = await clockSkew(await past.seen(at, changed), monitor);
  return Object.fromEntries(found.map(({ about, state }) => [about, state]));
};

test.each([
  [5, 'off'],
  [-5, 'off'],
  [1.5, 'fine'],
])('a producer whose clock is %d minutes fast is named within one window, and no other', async (minutes, state) => {
  for (const producer of ['gate 1', 'gate 22', undefined]) await sent(producer, 0);
  await sent('gate 333', minutes * minuteMs);
  const found = await clockSkew(await past.seen(at), monitor);
  const odd = found.find(({ about }) => about === 'producer gate 333');
  expect(odd).toMatchObject({ state, rows: 40, limit: -120 * Math.sign(minutes) });
  expect(odd?.value).toBeCloseTo(-60 * minutes, -1);
  expect(odd?.text).toContain(minutes > 0 ? 'ahead of' : 'behind');
  const others = found.filter((finding) => finding !== odd).map(({ about, state: told }) => [about, told]);
  expect(others.sort()).toEqual([
    ['producer gate 1', 'fine'],
    ['producer gate 22', 'fine'],
    ['producers without a name', 'fine'],
  ]);
});

test('a producer alone is held to what is allowed, also where its clock is exactly right', async () => {
  await sent('gate 1', 0);
  expect(await clockSkew(await past.seen(at), monitor)).toMatchObject([{ state: 'fine', value: 0, limit: 120 }]);
});

test('a past that passes again, and sixty times as fast, is compared with nobody`s clock but the others`', async () => {
  const eventOf = (atMs: number) => hourStart('2001-03-15T12') + 60 * (atMs - at);
  for (const producer of ['gate 1', 'gate 22']) await sent(producer, 0, eventOf);
  const replayed = { sourceNowMs: hourStart('2001-03-15T12') };
  expect(await states(replayed)).toEqual({ 'producer gate 1': 'fine', 'producer gate 22': 'fine' });
  await sent('gate 333', 12 * hourMs, eventOf);
  expect(await states(replayed)).toEqual({
    ...{ 'producer gate 1': 'fine', 'producer gate 22': 'fine', 'producer gate 333': 'off' },
  });
});

test('from the header of a request to an alarm: a real process answers, and the look after it names who it is', async () => {
  const bench = await openWorkbench();
  try {
    await route(bench.store, 1, await putVersion(bench.store, 1));
    const server = await bench.open({ clock: () => at - 1 });
    for (const [producer, fastMs] of Object.entries({ 'gate 1': 0, 'gate 2': 0, 'gate 3': 5 * minuteMs })) {
      const rows = Array.from({ length: 30 }, (_, row) => {
        return { ...goodRow, date: new Date(at - 1_000 * row + fastMs).toISOString() };
      });
      const headers = { 'x-whet-producer': producer };
      expect((await post(`${server.url}/predict/${pipeline}`, rows, headers)).status).toBe(200);
    }
    await server.close();
    const ports = { ...past.ports, store: bench.store };
    const { hours } = await keptLabels(ports, { pipeline, eventTime: 'date', settlesWithinMs: 0 });
    const times = { atMs: at, sourceNowMs: at, sourceNewestMs: null };
    const plan = { ...flightPlan, ...watching(monitor) };
    const found = await lookAt(await openLookContext(ports, plan, times, hours), plan.watch ?? never());
    expect(found.filter(({ state }) => state === 'off').map(({ about }) => about)).toEqual(['producer gate 3']);
    expect(found).toHaveLength(3);
  } finally {
    await bench.close();
  }
});

function never(): never {
  throw new Error('There is a watch.');
}

test('too few rows say too little, and none say nothing', async () => {
  expect(await states()).toEqual({});
  await past.answered('few', [{ atMs: at - minuteMs, producer: 'gate 1' }]);
  expect(await states()).toEqual({ 'producer gate 1': 'too little to say' });
});

test('a serving machine far ahead of the others is named', async () => {
  const leases = [at, at - 900, at + 5 * minuteMs].map((time, machine) => ({ id: `s${machine}`, at: time }));
  const seen = { ...(await past.seen(at)), leases: leases as unknown as ServingLease[] };
  const found = await clockSkew(seen, monitor);
  expect(found.map(({ about, state }) => [about, state])).toEqual([
    ['serving process s0', 'fine'],
    ['serving process s1', 'fine'],
    ['serving process s2', 'off'],
  ]);
});

test('whose clock it is, is told where it can be', () => {
  const offset = (producer: string, median: number): ProducerOffset => {
    return { producer, rows: 100, median, low: median - 1, high: median + 1 };
  };
  const off = (medians: readonly number[], isReplayed = false) =>
    producerClocks(
      medians.map((median, at) => offset(`p${at}`, median)),
      120,
      isReplayed,
    )
      .filter(({ isOff }) => isOff)
      .map(({ producer }) => producer);
  // Of two the one farther from this machine's clock, of four the two that are early.
  expect([off([10, 310]), off([-290, 10]), off([-290, -288, 10, 12])]).toEqual([['p1'], ['p0'], ['p0', 'p1']]);
  // One alone may be late, but not early; where all are late alike, sending takes that long.
  expect([off([900]), off([-300]), off([900, 901, 902]), off([900, 901, 300])]).toEqual([[], ['p0'], [], ['p2']]);
  // In a replay nobody is right.
  expect([off([9_000], true), off([9_000, 9_300], true), off([9_000, 9_001, 9_300], true)]).toEqual([
    ...[[], ['p0', 'p1'], ['p2']],
  ]);
  // The border is the whole interval's.
  expect([off([0, 0, 121]), off([0, 0, 122])]).toEqual([[], ['p2']]);
});
