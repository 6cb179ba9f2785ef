import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { localDisk } from '../../storage/localDisk.ts';
import { checkReplay, type ReplayOptions, replayOf } from '../../workers/replayOf.ts';

const folder = await mkdtemp(join(tmpdir(), 'whet-replay-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const retrain = { pipeline: 'flights', asOf: '2001-03-14T12' };

test('the replayed past begins at the hour of the first retraining, or at the one that is told', async () => {
  const store = localDisk(folder);
  expect(await replayOf(store, { retrain: { pipeline: 'flights' }, replayEvery: '1 minute' })).toBeUndefined();
  expect(await replayOf(store, { retrain })).toMatchObject({ from: '2001-03-14T12', hourLastsMs: null });
  const paced: ReplayOptions = { retrain, replayEvery: '1 minute' };
  expect(await replayOf(store, paced)).toMatchObject({ from: '2001-03-14T12', hourLastsMs: 60_000 });
  const later: ReplayOptions = { ...paced, from: '2001-03-15T12:00:00Z' };
  expect(await replayOf(store, later)).toMatchObject({ from: '2001-03-15T12', hourLastsMs: 60_000 });
});

test('a past that begins before its first champion, at no hour or without a pace is refused', () => {
  const paced: ReplayOptions = { retrain, replayEvery: '1 minute' };
  const check = (options: ReplayOptions) => () => checkReplay(options);
  expect(check({ ...paced, from: '2001-03-14T12' })).not.toThrow();
  expect(check({ ...paced, from: '2001-03-14T11' })).toThrow(/not before --as-of 2001-03-14T12/);
  expect(check({ ...paced, from: 'noon' })).toThrow(/'noon' in --from/);
  expect(check({ retrain, from: '2001-03-15T12' })).toThrow(/--replay beside --from/);
  const unhurried = { retrain: { pipeline: 'flights' }, replayEvery: '1 minute', from: '2001-03-15T12' };
  expect(check(unhurried)).toThrow(/--as-of and --replay beside --from/);
});
