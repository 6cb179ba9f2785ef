import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLookActivities } from '../../activities/look.ts';
import type { Ports } from '../../activities/ports.ts';
import { createRolloutActivities } from '../../activities/rollout.ts';
import { type ErrorCode, WhetError } from '../../core/errors.ts';
import type { Look } from '../../core/look.ts';
import type { Plan } from '../../core/plan.ts';
import type { Replay } from '../../core/retrainInput.ts';
import { noRetraining } from '../../core/retrainStanding.ts';
import { keptLabels } from '../../monitoring/keptLabels.ts';
import { openLookContext } from '../../monitoring/openLookContext.ts';
import { flightDelays } from '../../pipelines/flight-delays.ts';
import { lastLooks, looksBetween, lookTaken } from '../../registry/looks.ts';
import { changeStanding } from '../../registry/retrainings.ts';
import { registerVersion } from '../../registry/versions.ts';
import { putObjectJson, requireJson } from '../../storage/objects.ts';
import { kindOf } from '../../upkeep/storedKind.ts';
import { staleness } from '../../words/staleness.ts';
import { flights, openWorkbench, type Workbench } from '../datasets/workbench.ts';
import { pipeline, prediction, writeLog } from '../monitoring/logFixture.ts';
import { versionLike } from '../registry/versionLike.ts';

const atMs = Date.parse('2001-03-16T02:00:00Z');
const watch = {
  everyMs: 60_000,
  falseAlarms: 0.01,
  labels: 'source',
  monitors: [],
  alerts: [],
  receivers: [],
} as const;
const plan: Plan = { ...flightDelays.plan, contract: flights({ path: 'flights.csv' }, 'csv'), watch };
const request = { pipeline, eventTime: 'date', settlesWithinMs: plan.label.settlesWithinMs };
const warned: string[] = [];
const info = { attempt: 1 };
/** What Temporal says of the run under way. */
let closeTime: Date | undefined;
const context = {
  info,
  client: { workflow: { getHandle: () => ({ describe: async () => ({ closeTime }) }) } },
  heartbeat() {},
  cancellationSignal: new AbortController().signal,
  log: { warn: (line: string) => warned.push(line) },
} as unknown as Context;

let bench: Workbench;
let ports: Ports;
const look = (given: { readonly atMs: number; readonly replay?: Replay }) =>
  asyncLocalStorage.run(context, () => createLookActivities(ports).look({ pipeline, ...given }));

beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  warned.length = 0;
  ports = { ...bench.emptied(), clock: () => atMs, plans: new Map([[pipeline, plan]]) };
  const header = 'date,delay,distance,origin,destination';
  const flown = ['2001-03-15T12:10:00Z,40,733,AAA,BBB', '2001-03-16T00:00:00Z,0,733,AAA,BBB'];
  await writeFile(join(bench.folder, 'flights.csv'), `${[header, ...flown].join('\n')}\n`);
  const row = { date: '2001-03-15T12:10:00.000Z', distance: 733, origin: 'AAA', destination: 'BBB' };
  await writeLog(ports.store, 'predictions', 'a', [
    prediction({ predictionId: 'a-0/0', at: '2001-03-15T12:10:30.000Z', row }),
    prediction({ predictionId: 'a-1/0', at: '2001-03-15T13:10:30.000Z', row: { ...row, distance: 2 } }),
  ]);
});

test('a look gathers the labels that its source tells, and is written once, however often it is taken', async () => {
  const outcome = await look({ atMs });
  expect(outcome).toEqual({
    ...{ key: `looks/${pipeline}/2001-03-16T02-00-00.000Z.json`, at: '2001-03-16T02:00:00.000Z', champion: null },
    ...{ counts: { fine: 0, off: 0, 'too little to say': 0 }, told: [] },
  });
  expect(kindOf(outcome.key)).toBe('look');
  const kept = await requireJson<Look>(ports.store, outcome.key);
  expect(await requireJson(ports.store, `plans/${kept.plan}.json`)).toEqual(plan);
  const { hours } = await keptLabels(ports, request);
  expect(hours['2001-03-15T12']?.counts.settled).toBe(1);
  ports = { ...ports, plans: new Map([[pipeline, { ...plan, retrain: [] }]]) };
  expect(await look({ atMs })).toEqual(outcome);
  expect(await lookTaken(ports.store, pipeline, outcome.at)).toEqual(kept);
  await look({ atMs: atMs + 60_000 });
  expect(await looksBetween(ports.store, pipeline, atMs, atMs + 60_000)).toEqual([kept]);
  expect((await lastLooks(ports.store, pipeline, 2, atMs)).map(({ at }) => Date.parse(at) - atMs)).toEqual([0, 60_000]);
});

test('a replayed past tells no label before its time, and a source that cannot be read is no reason not to look', async () => {
  const replay = { from: '2001-03-15T13', startedAt: new Date(atMs).toISOString(), hourLastsMs: null };
  await look({ atMs, replay });
  expect((await keptLabels(ports, request)).hours['2001-03-15T12']?.counts.settled).toBe(0);
  ports = { ...ports, folder: join(bench.folder, 'elsewhere') };
  expect((await look({ atMs: atMs + 1 })).champion).toBeNull();
  expect(warned.join()).toMatch(/flights could not be read.*source\.unreadable/s);
});

test('a look whose surroundings cannot be read says so of each monitor; what may pass, in its third attempt', async () => {
  const monitors = [staleness({ atMost: '3 hours' }).plan('')];
  ports = { ...ports, plans: new Map([[pipeline, { ...plan, watch: { ...watch, monitors } }]]) };
  const { store } = ports;
  const failing = (code: ErrorCode) => {
    const error = new WhetError(code, { expected: 'the routing', came: 'none' });
    const read = (key: string) => (key.startsWith('models/') ? Promise.reject(error) : store.read(key));
    ports = { ...ports, store: { ...store, read, has: () => Promise.reject(error) } };
  };
  failing('storage.unreachable');
  await expect(look({ atMs })).rejects.toThrow(/storage\.unreachable/);
  info.attempt = 3;
  const { key } = await look({ atMs });
  info.attempt = 1;
  failing('ledger.broken');
  const next = await look({ atMs: atMs + 1 });
  for (const [of, failed] of [
    [key, 'storage.unreachable'],
    [next.key, 'ledger.broken'],
  ] as const) {
    const { findings } = await requireJson<Look>(store, of);
    expect(findings).toMatchObject([{ kind: 'staleness', about: 'the monitor itself', failed }]);
  }
});

test('a look says of a run that it hangs, unless Temporal knows that it is over', async () => {
  const underway = { workflowId: 'w', runId: 'r', asOf: '2001-03-14T12', plan: 'p', startedMs: atMs - 13 * 3_600_000 };
  const standing = { ...noRetraining, underway: { ...underway, trigger: { kind: 'person' } } } as const;
  await changeStanding(ports.store, pipeline, async () => ({ standing, value: undefined }));
  const found = async (plusMs: number) =>
    (await requireJson<Look>(ports.store, (await look({ atMs: atMs + plusMs })).key)).findings;
  expect(await found(0)).toMatchObject([{ kind: 'retraining', about: 'the run as of 2001-03-14T12', state: 'off' }]);
  closeTime = new Date(atMs);
  expect(await found(1)).toEqual([]);
});

test('what a look sees: who answers, the rows of its time alone, and the looks before it', async () => {
  const { store } = ports;
  const given = {
    package: await putObjectJson(store, { format: 1 }),
    scorecard: await putObjectJson(store, { rows: 7 }),
  };
  const by = { who: 'a test', why: 'a test', at: '2001-03-15T12:00:00.000Z' };
  await registerVersion(store, pipeline, versionLike('d1', given), by);
  await createRolloutActivities(ports).commit({ pipeline, ...by, event: 'promoted', version: 1 });
  expect((await look({ atMs })).champion).toEqual({ version: 1, epoch: 1 });
  const { hours } = await keptLabels(ports, request);
  const seen = await openLookContext(ports, plan, { atMs, sourceNowMs: atMs, sourceNewestMs: null }, hours);
  expect(seen.champion).toMatchObject({ record: { version: 1 }, package: { format: 1 }, scorecard: { rows: 7 } });
  expect(seen.reference?.record.version).toBe(1);
  expect((await seen.earlier(atMs, atMs + 1)).map(({ at }) => at)).toEqual(['2001-03-16T02:00:00.000Z']);
  const of = async (from: string, to: string) => {
    const rows = await seen.rows(Date.parse(from), Date.parse(to));
    return rows && ports.database.rows(`SELECT "predictionId", "label" FROM (${rows}) ORDER BY ALL`);
  };
  expect(await of('2001-03-15T12:10:30Z', '2001-03-15T13:10:30Z')).toEqual([{ predictionId: 'a-0/0', label: true }]);
  expect(await of('2001-03-15T12:10:31Z', '2001-03-15T14:00:00Z')).toEqual([{ predictionId: 'a-1/0', label: null }]);
  expect(await of('2001-03-15T15:00:00Z', '2001-03-15T16:00:00Z')).toBeUndefined();
});
