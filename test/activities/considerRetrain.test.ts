import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { considered } from '../../activities/considerRetrain.ts';
import type { Ports } from '../../activities/ports.ts';
import { keepRunRecord } from '../../activities/runRecords.ts';
import { lookKey, type MonitorFinding } from '../../core/look.ts';
import type { Plan } from '../../core/plan.ts';
import { usualRetraining } from '../../core/retrainPlan.ts';
import { noRetraining, type PastRun } from '../../core/retrainStanding.ts';
import { flightDelays } from '../../pipelines/flight-delays.ts';
import { keepLook } from '../../registry/looks.ts';
import { changeStanding, decisionsOn } from '../../registry/retrainings.ts';
import { kindOf } from '../../upkeep/storedKind.ts';
import { flights, openWorkbench, type Workbench } from '../datasets/workbench.ts';

const pipeline = 'flight-delays';
const at = '2001-03-16T02:00:00.000Z';
const watch = { everyMs: 60_000, falseAlarms: 0.01, monitors: [], alerts: [], receivers: [] } as const;
const plan: Plan = {
  ...flightDelays.plan,
  ...{ contract: flights({ path: 'flights.csv' }, 'csv'), watch },
  retrain: [{ kind: 'drift' }, { kind: 'new data', hours: 3 }],
  retraining: { ...usualRetraining, leastLabels: 2 },
};
const context = { heartbeat() {}, cancellationSignal: new AbortController().signal } as unknown as Context;

let bench: Workbench;
let ports: Ports;

beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  ports = { ...bench.emptied(), clock: () => Date.parse(at), plans: new Map([[pipeline, plan]]) };
  const flown = [12, 13, 14, 23].map((hour) => `2001-03-15T${hour}:10:00Z,40,733,AAA,BBB`);
  const lines = ['date,delay,distance,origin,destination', ...flown, '2001-03-16T01:00:00Z,0,733,AAA,BBB'];
  await writeFile(join(bench.folder, 'flights.csv'), `${lines.join('\n')}\n`);
});

test('a look that finds nothing asks for nothing, and no decision is kept', async () => {
  await ended('2001-03-15T23');
  expect(await consider([])).toMatchObject({ outcome: 'skipped', reason: 'not asked for', trigger: null });
  expect(await decisionsOn(ports.store, pipeline, 9, Date.now())).toEqual([]);
});

test('new hours of the source let a run go, which keeps its decision itself', async () => {
  const decision = await consider([]);
  expect(decision).toMatchObject({ outcome: 'run', trigger: { kind: 'new data', look: at }, asOf: '2001-03-16T01' });
  expect(decision.numbers).toMatchObject({ newLabels: 3 });
  expect(await decisionsOn(ports.store, pipeline, 9, Date.now())).toEqual([]);
  await ended('2001-03-15T19');
  expect((await consider([])).trigger?.why).toBe('6 new hours of data');
});

test('a drift that may not start a run is kept with its reason: too few labels, an hour that was judged', async () => {
  await ended('2001-03-15T22');
  const few = await consider([drifted]);
  expect(few).toMatchObject({ outcome: 'skipped', text: 'skipped: 1 settled label, 2 needed' });
  expect(await decisionsOn(ports.store, pipeline, 9, Date.now())).toEqual([few]);
  const [key = ''] = await ports.store.list('decisions/');
  expect([key, kindOf(key)]).toEqual([`decisions/${pipeline}/2001-03-16T02-00-00.000Z-look.json`, 'decision']);
  expect(kindOf(`retraining/${pipeline}.json`)).toBe('retraining');
  const judged = { pipeline, asOf: '2001-03-16T01', plan: few.plan, status: 'judged', why: 'passed' } as const;
  await keepRunRecord(ports.store, { ...judged, workflow: 'w', startedAt: at, endedAt: at, stages: [] });
  const again = await consider([drifted], '2001-03-16T02:05:00.000Z');
  expect(again.text).toBe(`skipped: no new data: 2001-03-16T01 was judged by run ${pipeline}/2001-03-16T01/1`);
});

test('a source that cannot be read is no reason to say nothing: the run will tell', async () => {
  ports = { ...ports, folder: join(bench.folder, 'elsewhere') };
  expect(await consider([drifted])).toMatchObject({ outcome: 'run', numbers: { newLabels: null } });
});

const drifted: MonitorFinding = {
  ...{ monitor: 'm', kind: 'input drift', about: 'origin: stability index', state: 'off', from: at, to: at, rows: 9 },
  ...{ value: 1, limit: 0.1, text: 'origin moved' },
};

async function consider(findings: readonly MonitorFinding[], lookedAt = at) {
  await keepLook(ports.store, { format: 1, pipeline, at: lookedAt, plan: 'p', champion: null, findings });
  const input = { pipeline, look: lookKey(pipeline, lookedAt) };
  return asyncLocalStorage.run(context, () => considered(ports, input));
}

/** A run of that hour passed, long ago. */
async function ended(asOf: string): Promise<void> {
  const past: PastRun = { asOf, plan: 'p', startedMs: 0, seconds: 30, outcome: 'passed' };
  await changeStanding(ports.store, pipeline, async () => ({
    standing: { ...noRetraining, runs: [past] },
    value: undefined,
  }));
}
