import { afterEach, beforeEach, expect, test } from 'vitest';
import { WhetError } from '../../core/errors.ts';
import { hourMs, hourStart } from '../../core/time.ts';
import type { WatchPlan } from '../../core/watchPlan.ts';
import { wilsonInterval } from '../../core/wilsonInterval.ts';
import { cadence } from '../../monitoring/cadence.ts';
import { lookAt } from '../../monitoring/lookAt.ts';
import { missingLabels } from '../../monitoring/missingLabels.ts';
import { staleness } from '../../monitoring/staleness.ts';
import { cadence as cadenceOf } from '../../words/cadence.ts';
import { missingLabels as missingOf } from '../../words/missingLabels.ts';
import { staleness as stalenessOf } from '../../words/staleness.ts';
import { type WatchedPast, watchedPast, watching } from './watchedPast.ts';

const made = hourStart('2001-03-15T12');

let past: WatchedPast;
beforeEach(async () => {
  past = await watchedPast();
});
afterEach(() => past.close());

test('tables are stale once they are older than was promised, by the source`s clock', async () => {
  const monitor = stalenessOf({ atMost: '3 hours' }).plan('') as never;
  expect(await staleness(await past.seen(made), monitor)).toEqual([]);
  await past.promoted({});
  const age = async (sourceNowMs: number) =>
    (await staleness(await past.seen(made + 9e11, { sourceNowMs }), monitor))[0];
  expect(await age(made + 3 * hourMs)).toMatchObject({ state: 'fine', value: 10_800, limit: 10_800 });
  expect(await age(made + 3 * hourMs + 60_000)).toMatchObject({
    ...{ about: 'tables of version 1', state: 'off' },
    text: expect.stringContaining('181 minutes old, 3 hours are promised'),
  });
});

test('a source is late once its newest complete hour ended longer ago than was promised', async () => {
  const monitor = cadenceOf({ atMost: '2 hours' }).plan('') as never;
  const late = async (sourceNewestMs: number | null) =>
    (await cadence(await past.seen(made, { sourceNewestMs }), monitor))[0];
  expect(await late(made - 2 * hourMs)).toMatchObject({ state: 'fine', value: 7_200 });
  expect(await late(made - 2 * hourMs - 1)).toMatchObject({ state: 'off', value: 10_800 });
  expect(await late(null)).toMatchObject({ state: 'off', value: null });
});

test('labels are missing where none is back an hour after all have settled', async () => {
  const monitor = missingOf({ atMost: 0.1 }).plan('') as never;
  const rows = (missing: number) =>
    Array.from({ length: 400 }, (_, row) => {
      const atMs = made - (row + 1) * (hourMs / 20);
      return row % 100 < missing || atMs > made - 8 * hourMs ? { atMs } : { atMs, label: true };
    });
  await past.answered('few', rows(12));
  const [fine] = await missingLabels(await past.seen(made), monitor);
  // Those of the last 9 hours are not due yet; 220 are, 24 of them without a label, and that may be chance.
  expect(fine).toMatchObject({ state: 'fine', rows: 220, value: expect.closeTo(24 / 220) });
  expect(Date.parse(fine?.to ?? '')).toBe(made - 9 * hourMs - hourMs / 20 + 1);
  await past.answered('more', rows(30));
  expect(await missingLabels(await past.seen(made), monitor)).toMatchObject([{ state: 'off', rows: 440 }]);
  expect(await missingLabels(await past.seen(made - 16 * hourMs), monitor)).toMatchObject([
    { state: 'too little to say' },
  ]);
});

test('the interval of a share is Wilson`s', () => {
  // As R's prop.test(15, 148, correct = FALSE) has it, Newcombe 1998's second example.
  const { low, high } = wilsonInterval(15, 148);
  expect([low.toFixed(4), high.toFixed(4)]).toEqual(['0.0624', '0.1605']);
});

test('a monitor that fails says so, and the others have their say; what may pass is tried again', async () => {
  await past.promoted({});
  const seen = await past.seen(made, { sourceNowMs: made + 9 * hourMs });
  const watch = watching(missingOf({}).plan('') as never, stalenessOf({ atMost: '3 hours' }).plan('') as never).watch;
  const failing = (error: Error) => lookAt({ ...seen, rows: () => Promise.reject(error) }, watch as WatchPlan);
  expect(await failing(new Error('no such column'))).toMatchObject([
    { kind: 'missing labels', state: 'too little to say', failed: 'Error', text: 'it failed: no such column' },
    { kind: 'staleness', state: 'off' },
  ]);
  const away = new WhetError('storage.unreachable', { expected: 'a store', came: 'none' });
  await expect(failing(away)).rejects.toBe(away);
  const last = { ...seen, rows: () => Promise.reject(away) };
  expect((await lookAt(last, watch as WatchPlan, false))[0]).toMatchObject({ failed: 'storage.unreachable' });
});
