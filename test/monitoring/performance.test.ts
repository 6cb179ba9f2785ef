import { afterEach, beforeEach, expect, test } from 'vitest';
import { nothingYet, standingAfter } from '../../core/alertStanding.ts';
import { alertReason } from '../../core/alertText.ts';
import { judgeAlert } from '../../core/judgeAlert.ts';
import { judgePerformance } from '../../core/judgePerformance.ts';
import { seededRandom } from '../../core/random.ts';
import type { Estimate } from '../../core/scorecard.ts';
import { hourMs, hourStart } from '../../core/time.ts';
import type { AlertPlan, PerformanceMonitor, WatchPlan } from '../../core/watchPlan.ts';
import { performance } from '../../monitoring/performance.ts';
import { auc } from '../../words/auc.ts';
import { calibrationError } from '../../words/calibrationError.ts';
import { performance as monitorOf, type PerformanceOptions } from '../../words/performance.ts';
import { type AnsweredRow, type WatchedPast, watchedPast } from './watchedPast.ts';

const at = hourStart('2001-03-17T00');

let past: WatchedPast;
beforeEach(async () => {
  past = await watchedPast();
});
afterEach(() => past.close());

function planOf(options: PerformanceOptions, metric: Parameters<typeof monitorOf>[0] = auc) {
  return monitorOf(metric, options).plan('') as never;
}

/** Thirty answers an hour whose scores tell the labels apart: `telling` 0 not at all, 2 well. Labels of what is due are back. */
function answers(
  telling: number,
  hours: number,
  own: (row: number) => Partial<AnsweredRow> = () => ({}),
): AnsweredRow[] {
  const random = seededRandom(5);
  return Array.from({ length: 30 * hours }, (_, row) => {
    const atMs = at - (row + 1) * (hourMs / 30);
    const label = random.next() < 0.3;
    const score = 1 / (1 + Math.exp(-(telling * Number(label) + random.normal() - 1)));
    const distance = row % 3 === 0 ? 3_000 : 300;
    const isDue = atMs + distance * 8_000 + hourMs / 2 <= at;
    const line = {
      atMs,
      score,
      row: { date: new Date(atMs).toISOString(), distance, origin: row % 2 ? 'ATL' : 'ORD' },
    };
    return { ...line, ...(isDue ? { label } : {}), ...own(row) };
  });
}

const card = (value: number): Estimate => ({ value, low: value - 0.01, high: value + 0.01, freedom: 23 });

test('answers as good as on the scorecard are fine, worse ones are off by either limit, and few say too little', async () => {
  await past.promoted({ auc: card(0.92) });
  await past.answered('a', answers(2, 40));
  const look = async (options: PerformanceOptions) => {
    const [first, ...more] = await performance(await past.seen(at), planOf(options));
    expect(more).toEqual([]);
    return first;
  };
  const fine = await look({ worseBy: 0.03 });
  expect(fine).toMatchObject({ about: 'auc of champion (version 1)', state: 'fine', limit: expect.closeTo(0.89) });
  expect(fine?.low).toBeLessThan(fine?.value ?? 0);
  expect(await look({ atLeast: 0.97 })).toMatchObject({ state: 'off', limit: 0.97 });
  expect(await look({ leastRows: 5_000 })).toMatchObject({ state: 'too little to say', value: null });
  await past.promoted({ auc: card(0.99) });
  const none = { about: 'auc of champion (version 2)', state: 'too little to say', rows: 0 };
  expect((await performance(await past.seen(at), planOf({ worseBy: 0.03 })))[0]).toMatchObject(none);
});

test('decay is a difference that is shown of the version that answers now: those before it are told, and are never off', async () => {
  await past.promoted({ auc: card(0.99) });
  await past.promoted({ auc: card(0.97) });
  await past.answered(
    'a',
    answers(1, 40, (row) => ({ version: 1 + (row % 2) })),
  );
  const look = async (leastRows: number) =>
    await performance(await past.seen(at), planOf({ worseBy: 0.05, leastRows }));
  const found = await look(300);
  expect(found.map(({ about, state, value }) => [about, state, value !== null])).toEqual([
    ['auc of champion (version 2)', 'off', true],
    ['auc of champion (version 1)', 'fine', true],
    ['auc of champion (all versions)', 'fine', true],
  ]);
  expect(found[0]?.limit).toBeCloseTo(0.92);
  expect(found[1]?.text).toMatch(/0\.99.* on the scorecard.*it answers no more$/);
  expect(found[2]?.text).toContain('0.98');
  expect((await look(500)).map(({ state }) => state)).toEqual(['too little to say', 'fine', 'fine']);
});

test('an alert of a bad version is over once another answers, and says that this one is not yet judged', async () => {
  const monitor = planOf({ atLeast: 0.97, leastRows: 300 }) as PerformanceMonitor;
  const rule: AlertPlan = { name: 'decay', on: [monitor.id], severity: 'page', after: 1, until: 2 };
  const watch: WatchPlan = { everyMs: 1, falseAlarms: 0.01, monitors: [monitor], alerts: [rule], receivers: [] };
  let standing = nothingYet;
  const look = async (minute: number) => {
    const context = await past.seen(at);
    const findings = await performance(context, monitor);
    const champion = { version: context.routing?.version ?? 0, epoch: 1 };
    const time = new Date(at + minute * 60_000).toISOString();
    const seen = { format: 1, pipeline: 'a', at: time, plan: 'p', champion, findings } as const;
    const before = standing;
    const event = judgeAlert(standing, minute + 1, rule, seen, watch);
    if (event !== null) standing = standingAfter(standing, { n: minute + 1, at: time, who: 'look', why: '', event });
    const end = event?.kind === 'resolved' ? [alertReason(event, before, seen)] : [];
    return [event?.kind, findings[0]?.state, ...end];
  };
  await past.promoted({ auc: card(0.92) });
  await past.answered('a', answers(1, 40));
  expect(await look(0)).toEqual(['fired', 'off']);
  await past.promoted({ auc: card(0.93) });
  expect(await look(1)).toEqual(['counted', 'too little to say']);
  const end = 'answers no more: auc of champion (version 1); version 2 is not yet judged';
  expect(await look(2)).toEqual(['resolved', 'too little to say', end]);
  expect(await look(3)).toEqual([undefined, 'too little to say']);
});

test('a variant that has no part any more is told of where it answered', async () => {
  await past.promoted({ auc: card(0.92) });
  await past.answered(
    'a',
    answers(2, 40, (row) => ({ variant: row % 2 ? 'quick' : 'champion' })),
  );
  const found = await performance(await past.seen(at), planOf({ atLeast: 0.99, leastRows: 300 }));
  expect(found.map(({ about, state }) => [about, state])).toEqual([
    ['auc of champion (version 1)', 'off'],
    ['auc of quick (version 1)', 'fine'],
  ]);
});

test('labels that settle early do not stand for all: the stretch ends before the first answer whose label is still to come', async () => {
  await past.promoted({ auc: card(0.92) });
  await past.answered('a', answers(2, 40));
  const seen = await past.seen(at);
  const [found] = await performance(seen, planOf({}));
  // Those of the long flights, of 3,000 miles, settle 7 hours and 10 minutes after they left.
  const endsAt = Date.parse(found?.to ?? '');
  expect(endsAt).toBeGreaterThan(at - 7.2 * hourMs);
  expect(endsAt).toBeLessThanOrEqual(at - 7 * hourMs);
  expect(Date.parse(found?.from ?? '')).toBe(endsAt - 24 * hourMs);
  expect(found?.text).toContain('720 of 720 labels are back');
  // One that is due and not back yet is waited for, for an hour.
  const short = { date: new Date(at - 10 * hourMs).toISOString(), distance: 300 };
  const wait = async (name: string, overdueMs: number) => {
    const atMs = at - hourMs / 2 - 300 * 8_000 - overdueMs;
    await past.answered(name, [{ atMs: at - 10 * hourMs, row: { ...short, date: new Date(atMs).toISOString() } }]);
    return (await performance(await past.seen(at), planOf({})))[0]?.to;
  };
  expect(await wait('long', hourMs + 1)).toBe(found?.to);
  expect(await wait('late', hourMs - 1)).toBe(new Date(at - 10 * hourMs).toISOString());
  const told = { ...seen, plan: { ...seen.plan, watch: { labels: 'source' } as never } };
  const [byHour] = await performance(told, planOf({}));
  expect(byHour?.to).toBe('2001-03-16T16:00:00.000Z');
});

test('each slice and bin is judged against its own on the card, and who only scores beside is told of', async () => {
  await past.promoted({ auc: card(0.82) }, [
    { column: 'origin', value: 'ATL', rows: 900, metrics: { auc: card(0.99) } },
    { column: 'origin', value: 'ORD', rows: 900, metrics: { auc: card(0.82) } },
  ]);
  const others = { reference: { version: 1, score: 0.5 }, gone: { version: 1, score: 0.5 } };
  await past.answered(
    'a',
    answers(1.2, 40, () => ({ others })),
  );
  const seen = await past.seen(at, {
    plan: { scorecard: { metrics: ['auc'], slices: ['origin'], bins: [{ column: 'distance', edges: [1_000] }] } },
  });
  const variants = { reference: { version: 1, weight: 0, shadow: 1 } };
  const routing = {
    ...seen.routing,
    version: 1,
    epoch: 1,
    traffic: { variants, rules: [], fallback: [], deadlineMs: 20 },
  };
  const found = await performance(
    { ...seen, routing } as never,
    planOf({ slices: true, leastRows: 200, worseBy: 0.05 }),
  );
  expect(found.map(({ about, state, limit, pValue }) => [about, state, limit !== null, pValue !== undefined])).toEqual([
    ['auc of champion (version 1)', 'fine', true, false],
    ['auc of champion (version 1), origin ATL', 'off', true, true],
    ['auc of champion (version 1), origin ORD', 'fine', true, true],
    ['auc of champion (version 1), distance below 1000', 'fine', false, false],
    ['auc of champion (version 1), distance 1000 or more', 'fine', false, false],
    ['auc of reference (version 1)', 'fine', false, false],
  ]);
});

test('a metric without influences has an interval as well, and one of a smaller better value is judged the other way', async () => {
  await past.promoted({ 'calibration error': card(0.05) });
  await past.answered('a', answers(2, 40));
  const [found] = await performance(await past.seen(at), planOf({ atMost: 0.01 }, calibrationError));
  expect(found).toMatchObject({ about: 'calibration error of champion (version 1)', state: 'off', limit: 0.01 });
});

test('nothing is found where nothing was answered', async () => {
  expect(await performance(await past.seen(at), planOf({}))).toEqual([]);
});

test('what is judged is the whole interval, by the metric`s own direction', () => {
  const now = { value: 0.7, low: 0.68, high: 0.72, freedom: 20 };
  const state = (limits: object, estimate: Estimate = now, own?: Estimate) =>
    judgePerformance({ metric: 'auc', ...limits }, estimate, own).state;
  expect([state({ limit: 0.719 }), state({ limit: 0.721 })]).toEqual(['fine', 'off']);
  expect([state({ worseBy: 0.03 }, now, card(0.75)), state({ worseBy: 0.03 }, now, card(0.76))]).toEqual([
    'fine',
    'off',
  ]);
  expect(state({ limit: 0.9 }, { ...now, low: null, high: null })).toBe('too little to say');
  expect(judgePerformance({ metric: 'brier', limit: 0.67 }, now, undefined).state).toBe('off');
  expect(judgePerformance({ metric: 'brier', limit: 0.69 }, now, undefined).state).toBe('fine');
});
