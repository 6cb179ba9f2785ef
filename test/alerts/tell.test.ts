import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAlertActivities } from '../../activities/alerts.ts';
import type { Notice } from '../../core/alert.ts';
import { alertStanding, appendAlert } from '../../registry/alertLog.ts';
import { codeBlock } from '../docs/codeBlocks.ts';
import { pythonOf } from '../serving/clients/pythonClient.ts';
import { type AlertWorkbench, lookAt, openAlertWorkbench, pipeline, secret } from './fixture.ts';
import type { Answer } from './receiver.ts';

const execute = promisify(execFile);
const python = await pythonOf('webhooks', ['standardwebhooks==1.1.0', 'cloudevents==1.12.0']);

let bench: AlertWorkbench;
let notice: Notice;
beforeEach(async () => {
  bench = await openAlertWorkbench();
  notice = (await bench.look(0, { tables: 'off' }))[0] as Notice;
});
afterEach(() => bench.close());

const tell = () => bench.activities.tell(notice);

describe('a receiver', () => {
  test('is sent a CloudEvents event in a signed envelope, whose id stays when it is sent again', async () => {
    bench.receiver.answers.push('hangs up');
    expect(await tell()).toEqual({ outcome: 'failed', why: 'it could not be reached (UND_ERR_SOCKET)' });
    expect(await tell()).toEqual({ outcome: 'told', why: 'it answered 204' });
    const [first, second] = bench.receiver.received;
    expect(second?.body).toBe(first?.body);
    expect([first, second].map((sent) => sent?.headers['webhook-id'])).toEqual([notice.id, notice.id]);
    expect(second?.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(JSON.parse(second?.body ?? '')).toMatchObject({
      ...{ specversion: '1.0', id: notice.id, type: 'whetstone.alert.fired', subject: 'stale', time: lookAt(0) },
      data: { pipeline, alert: 1, severity: 'page', state: 'firing', why: 'tables is off: 2 hours, at most 1' },
    });
  });

  test.skipIf(python === undefined)('takes it by the libraries of others as the document shows, once', async () => {
    const why = 'tables is off: 2 hours, at most 1';
    expect(await sentAndReceived()).toEqual({
      told: [['whetstone.alert.fired', 'stale', why], null],
      ...{ sequence: '0000000001', forged: 'WebhookVerificationError' },
    });
  });

  test.each<[Answer, object]>([
    [{ status: 200 }, { outcome: 'told' }],
    [
      { status: 503, headers: { 'retry-after': '120' } },
      { outcome: 'failed', afterMs: 120_000 },
    ],
    [
      { status: 429, headers: { 'retry-after': 'Thu, 15 Mar 2001 12:00:30 GMT' } },
      { outcome: 'failed', afterMs: 30_000 },
    ],
    [{ status: 500, headers: { 'retry-after': 'soon' } }, { outcome: 'failed' }],
    [{ status: 408 }, { outcome: 'failed' }],
    [{ status: 410 }, { outcome: 'refused', why: 'it answered 410' }],
    [{ status: 400 }, { outcome: 'refused' }],
    [
      { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      { outcome: 'refused', why: 'it answered 302' },
    ],
  ])('that answers %j', async (answer, telling) => {
    bench.receiver.answers.push(answer);
    expect(await tell()).toMatchObject(telling);
    expect(bench.receiver.received).toHaveLength(1);
  });

  test.each([
    ['that is away is tried again, and its address is not told', () => `${bench.receiver.url}?hush`, 'ECONNREFUSED'],
    ['whose address is not there yet is tried again', () => 'env:WHET_TEST_NONE', 'WHET_TEST_NONE gives no address'],
  ])('%s', async (_, address, why) => {
    const { watch } = bench.plans.get(pipeline) ?? {};
    const receivers = watch?.receivers.map((receiver) => ({ ...receiver, url: address() })) ?? [];
    bench.plans.set(pipeline, { watch: { ...watch, receivers } } as never);
    await bench.receiver.close();
    const telling = await tell();
    expect(telling).toEqual({ outcome: 'failed', why: expect.stringContaining(why) });
    expect(telling.why).not.toMatch(/hush|127/);
  });

  test.each(['', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_c2hvcnQ=', 'whsec_%%%'])(
    'is sent nothing that is signed with %j',
    async (wrong) => {
      process.env.WHET_TEST_SECRET = wrong;
      expect(await tell()).toEqual({ outcome: 'failed', why: expect.stringContaining('gives no secret') });
      expect(bench.receiver.received).toEqual([]);
    },
  );

  test('is waited for by a worker that does not have the pipeline', async () => {
    bench.plans.clear();
    expect(await tell()).toMatchObject({ outcome: 'failed', why: expect.stringContaining('no such pipeline') });
  });

  test('that the plan has no more is given up', async () => {
    bench.plans.set(pipeline, {} as never);
    expect(await tell()).toMatchObject({ outcome: 'refused', why: expect.stringContaining("no receiver 'ops'") });
  });
});

describe('one after the other', () => {
  test('the end of an alert is told behind its beginning, and each once', async () => {
    const [, over] = (await bench.look(1, { tables: 'fine' })) as [Notice, Notice];
    expect(await bench.activities.tell(over)).toMatchObject({ outcome: 'in turn' });
    const end = { notice, kind: 'told', why: 'it answered 204, attempt 1' } as const;
    for (const _try of [1, 2]) await bench.activities.endNotice(end);
    expect(await tell()).toMatchObject({ outcome: 'known' });
    expect(await bench.activities.tell(over)).toMatchObject({ outcome: 'told' });
    expect(JSON.parse(bench.receiver.received[0]?.body ?? '')).toMatchObject({
      ...{ type: 'whetstone.alert.resolved', sequence: '0000000002' },
      data: { alert: 1, state: 'resolved', parts: [{ firing: false }] },
    });
    await bench.activities.endNotice({ notice: over, kind: 'untold', why: 'it answered 410, attempt 1' });
    expect((await bench.events()).map(({ kind }) => kind)).toEqual(['fired', 'resolved', 'told', 'untold']);
    expect((await alertStanding(bench.store, pipeline)).alerts).toEqual([]);
    expect(await bench.look(2, { tables: 'fine' })).toEqual([]);
  });

  test('what a person resolves is told as well', async () => {
    await bench.activities.endNotice({ notice, kind: 'told', why: 'it answered 204, attempt 1' });
    await appendAlert(bench.store, pipeline, () => ({
      ...{ event: { kind: 'closed', alert: 1 }, who: 'ana', why: 'known', at: lookAt(1) },
    }));
    const [over] = await bench.look(2, { tables: 'fine' });
    expect(await bench.activities.tell(over as Notice)).toMatchObject({ outcome: 'told' });
    expect(JSON.parse(bench.receiver.received[0]?.body ?? '')).toMatchObject({ type: 'whetstone.alert.resolved' });
  });
});

/** What the document shows, with a forged body in the end. */
const script = `${codeBlock('docs/operations.md', 'receiver.py')}
import json, sys
from cloudevents.http import from_http
sent = json.load(sys.stdin)
given = (sent['secret'], sent['headers'], sent['body'])
told = [receive(*given), receive(*given)]
event = from_http(sent['headers'], sent['body'].encode())
try:
    forged = receive(sent['secret'], sent['headers'], sent['body'].replace('stale', 'fresh'))
except Exception as error:
    forged = type(error).__name__
print(json.dumps({'told': told, 'sequence': event['sequence'], 'forged': forged}))
`;

/** By this machine's clock: libraries refuse what is older than five minutes. */
async function sentAndReceived(): Promise<unknown> {
  const now = createAlertActivities({ store: bench.store, plans: bench.plans, clock: Date.now });
  await now.tell(notice);
  const running = execute(python ?? '', ['-c', script]);
  running.child.stdin?.end(JSON.stringify({ secret, ...bench.receiver.received[0] }));
  return JSON.parse((await running).stdout);
}
