import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../../core/run.ts';
import { pipelineQueue } from '../../core/taskQueues.ts';
import { hourMs, hourOf, hourStart } from '../../core/time.ts';
import { openDatabase } from '../../datasets/database.ts';
import { openStore } from '../../storage/openStore.ts';
import { connectTemporal } from '../../workers/temporal/connectTemporal.ts';
import { smallFlights } from '../pipelines/smallFlights.ts';
import { withTemporal } from '../temporalServer.ts';

const whet = join(import.meta.dirname, '../../cli/whet.ts');
const asOf = '2001-01-03T12';

let folder: string;
let server: Awaited<ReturnType<typeof withTemporal>>;
let workers: ChildProcess[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-shared-'));
  await writeSource();
  server = await withTemporal();
  workers = ['one', 'other'].map((name) => {
    const { WHET_STORE: _store, ...environment } = process.env;
    const env = { ...environment, WHET_STATE: join(folder, name), WHET_STORE: join(folder, 'store') };
    const args = ['worker', 'pipeline', '--address', server.address];
    return fork(whet, args, { cwd: folder, env, execArgv: [], stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  });
});
afterAll(async () => {
  for (const worker of workers) {
    const exit = once(worker, 'exit');
    if (worker.kill()) await exit;
  }
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Hours of half a million flights, one in fifty of them bad, and very many small files of hours before. */
async function writeSource(): Promise<void> {
  await mkdir(join(folder, 'in'));
  const database = await openDatabase({ threads: 2, memoryLimitMb: 512, temporaryFolder: folder });
  const write = (name: string, hour: string, rows: number) => {
    const date = `TIMESTAMP '${hour.replace('T', ' ')}:00:00' + INTERVAL (i) MILLISECOND`;
    const columns = `${date} AS date, 300 AS distance, 'AAA' AS origin, 'BBB' AS destination`;
    return database.run(`COPY (SELECT ${columns}, CASE WHEN i % 50 = 0 THEN 9999 ELSE 5 END AS delay FROM range(${rows}) AS t(i))
      TO '${join(folder, 'in', name)}' (FORMAT parquet)`);
  };
  try {
    const first = hourStart('2000-12-20T00');
    for (let at = 0; at < 250; at += 1) await write(`small-${at}.parquet`, hourOf(first + at * hourMs), 1);
    for (const hour of ['09', '10', '11']) await write(`large-${hour}.parquet`, `2001-01-03T${hour}`, 520_000);
    await write('newest.parquet', asOf, 1);
  } finally {
    database.close();
  }
}

test('two pipeline workers share the reading of files and the validation of hours', async () => {
  const { client, connection } = await connectTemporal(server.address, {});
  const { plan } = smallFlights({ path: 'in', train: '1 day' });
  const handle = await client.workflow.start('run', {
    ...{ taskQueue: pipelineQueue, workflowId: 'run/shared' },
    args: [{ pipeline: plan.pipeline, asOf, planId: 'plan-1', plan }],
  });
  const record: RunRecord = await handle.result();
  // Two in a hundred are bad, known once all is gathered: nothing after that concerns this test.
  expect(record).toMatchObject({ status: 'rejected', error: { code: 'quarantine.over-budget' } });
  const workersOf = workersByActivity((await handle.fetchHistory()).events ?? []);
  expect(workersOf('contract')).toHaveLength(3);
  // Small files are read so soon that one worker may have taken them all before the other asks.
  expect(workersOf('readFiles').length).toBeGreaterThan(1);
  expect(workersOf('validateBatch').length).toBeGreaterThanOrEqual(3);
  expect(new Set(workersOf('validateBatch')).size).toBe(2);
  const keys = await openStore(join(folder, 'store'), folder).list('');
  expect(keys.filter((key) => key.startsWith('work/'))).toEqual([]);
  expect(keys.filter((key) => key.endsWith('/report.json')).length).toBeGreaterThanOrEqual(24);
  await connection.close();
}, 120_000);

interface HistoryEvent {
  readonly eventId?: unknown;
  readonly activityTaskScheduledEventAttributes?: {
    readonly activityType?: { readonly name?: string | null } | null;
  } | null;
  readonly activityTaskStartedEventAttributes?: {
    readonly scheduledEventId?: unknown;
    readonly identity?: string | null;
  } | null;
}

/** Who started the activities of a name, as the history tells it. */
function workersByActivity(events: readonly HistoryEvent[]): (name: string) => string[] {
  const names = new Map(
    events.map((event) => [String(event.eventId), event.activityTaskScheduledEventAttributes?.activityType?.name]),
  );
  return (name) =>
    events.flatMap(({ activityTaskStartedEventAttributes: started }) =>
      names.get(String(started?.scheduledEventId)) === name ? [started?.identity ?? ''] : [],
    );
}
