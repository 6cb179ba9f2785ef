import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { program } from '../../cli/main.ts';
import type { Notice } from '../../core/alert.ts';
import { pipelineQueue } from '../../core/taskQueues.ts';
import { putJson } from '../../storage/objects.ts';
import { operateReleases } from '../../workers/operateReleases.ts';
import { type Notified, tryNow } from '../../workflows/notify.ts';
import { type AlertWorkbench, lookOf, openAlertWorkbench, pipeline } from '../alerts/fixture.ts';
import { detailsOf, rootOf, type Stories, startStories } from './storyWorker.ts';

let stories: Stories;
let bench: AlertWorkbench;

beforeAll(async () => {
  stories = await startStories();
});
afterAll(() => stories.stop());

/** The real activities on a real receiver. */
beforeEach(async () => {
  bench = await openAlertWorkbench();
  stories.stages.reset();
  stories.stages.behave(bench.activities);
});
afterEach(() => bench.close());

const patient = { timeout: 20_000 };

const started = (notice: Notice) => {
  const workflowId = notice.id ?? 'notify/none';
  const options = { workflowId, taskQueue: pipelineQueue, args: [notice] as [Notice] };
  return stories.client.workflow.start<(notice: Notice) => Promise<Notified>>('notify', options);
};

/** What comes of it, with a person who does not wait. */
async function hurried(handle: Awaited<ReturnType<typeof started>>): Promise<Notified> {
  const ended = handle.result();
  await vi.waitUntil(async () => {
    await handle.signal(tryNow).catch(() => undefined);
    return (await handle.describe()).status.name !== 'RUNNING';
  }, patient);
  return ended;
}

const kinds = async () => (await bench.events()).map(({ kind }) => kind);
const attempts = () => bench.receiver.received.length;

test('tells again until the receiver answers, at once where a person says so, and writes down that it was told', async () => {
  bench.receiver.answers.push({ status: 503, headers: { 'retry-after': '3600' } }, { status: 429 });
  const [notice] = (await bench.look(0, { tables: 'off' })) as [Notice];
  const handle = await started(notice);
  await vi.waitFor(
    async () => expect(await detailsOf(handle)).toMatch(/attempt 1: it answered 503; again in 1 hour/),
    patient,
  );
  expect(await hurried(handle)).toEqual({ outcome: 'told', attempts: 3, why: 'it answered 204' });
  expect(new Set(bench.receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([notice.id]));
  expect(await kinds()).toEqual(['fired', 'told']);
  expect(await (await started(notice)).result()).toMatchObject({ outcome: 'known' });
  expect(attempts()).toBe(3);
  // Neither the address nor what it was signed with is in the history.
  const history = JSON.stringify(await handle.fetchHistory());
  expect(history).not.toMatch(/whsec|127\.0\.0\.1/);
});

test('gives up what a receiver refuses, with a record', async () => {
  bench.receiver.answers.push({ status: 410 });
  const [notice] = (await bench.look(0, { tables: 'off' })) as [Notice];
  const end = { outcome: 'untold', attempts: 1, why: 'it answered 410' };
  expect(await (await started(notice)).result()).toEqual(end);
  expect(await kinds()).toEqual(['fired', 'untold']);
});

test('tells of the end behind the beginning, though both are told at once', async () => {
  bench.receiver.answers.push({ status: 500 });
  await bench.look(0, { tables: 'off' });
  const notices = await bench.look(1, { tables: 'fine' });
  const handles = await Promise.all(notices.toReversed().map(started));
  await vi.waitFor(() => expect(attempts()).toBe(1), patient);
  await Promise.all(handles.map(hurried));
  const types = bench.receiver.received.map(({ body }) => JSON.parse(body).type.split('.').at(-1));
  expect(types).toEqual(['fired', 'fired', 'resolved']);
});

describe('a word of a person', () => {
  const told = () => bench.receiver.received.map(({ body }) => JSON.parse(body).type.split('.').at(-1));
  const ana = { who: 'ana', why: 'known' };

  /** Something fires, and its receiver knows; a look finds it as it is. */
  beforeEach(async () => {
    const [notice] = (await bench.look(0, { tables: 'off' })) as [Notice];
    await (await started(notice)).result();
    await putJson(bench.store, 'looks/0.json', lookOf(0, { tables: 'off' }));
    const found = {
      key: 'looks/0.json',
      champion: null,
      counts: { fine: 0, off: 1, 'too little to say': 0 },
      told: [],
    };
    stories.stages.behave({ look: async ({ atMs }) => ({ ...found, at: new Date(atMs).toISOString() }) });
  });

  test('over HTTP is told at once', async () => {
    const operate = operateReleases(bench.store, stories.address);
    await operate.sayToAlerts(pipeline, 'resolve', { alert: 1, ...ana });
    await vi.waitFor(() => expect(told()).toEqual(['fired', 'resolved']), patient);
    await operate.close();
  });

  test('at the command line is told at once, and where nobody can is told later', async () => {
    vi.stubEnv('WHET_STORE', bench.folder);
    vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:1');
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const whet = (...words: string[]) => program().parseAsync(['node', 'whet', 'alerts', ...words]);
    await whet('silence', pipeline, '--rule', 'stale', '--for', '1 hour');
    expect(said).not.toHaveBeenCalled();
    await whet('unsilence', pipeline, '3');
    expect(String(said.mock.calls)).toMatch(/told after the next look: temporal\.unreachable/);
    vi.stubEnv('TEMPORAL_ADDRESS', stories.address);
    await whet('resolve', pipeline, 'stale');
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    await vi.waitFor(() => expect(told()).toEqual(['fired', 'resolved']), patient);
  });
});

test('is started by a look: what is off reaches the receiver, and is told once though it goes on', async () => {
  const lookNow = async ({ atMs }: { readonly atMs: number }) => {
    const index = stories.stages.inputsOf('look').length;
    const key = `looks/${index}.json`;
    await putJson(bench.store, key, lookOf(index, { tables: index < 3 ? 'off' : 'fine' }));
    const counts = { fine: 0, off: 1, 'too little to say': 0 };
    return { key, at: new Date(atMs).toISOString(), champion: null, counts, told: [] };
  };
  stories.stages.behave({ look: lookNow });
  for (const look of [1, 2, 3]) {
    const options = { workflowId: `watch/${look}`, taskQueue: pipelineQueue, args: [{ pipeline }] };
    await stories.client.workflow.execute('watch', options);
    await vi.waitFor(() => expect(attempts()).toBe(look === 3 ? 2 : 1), patient);
  }
  await vi.waitFor(async () => expect(await kinds()).toEqual(['fired', 'told', 'resolved', 'told']), patient);
});

test('refuses what is no notice', async () => {
  const failed = await rootOf(started({ pipeline: 'flight-delays' } as Notice).then((handle) => handle.result()));
  expect(failed).toMatchObject({ type: 'input.invalid', nonRetryable: true });
});
