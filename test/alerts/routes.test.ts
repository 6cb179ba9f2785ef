import { afterEach, beforeEach, expect, test } from 'vitest';
import { openServer, type Server } from '../../serving/server.ts';
import { operateLater } from '../../workers/operateLater.ts';
import { type AlertWorkbench, openAlertWorkbench, pipeline } from './fixture.ts';

let bench: AlertWorkbench;
let server: Server;
beforeEach(async () => {
  bench = await openAlertWorkbench();
  await bench.look(0, { tables: 'off' });
  const operate = operateLater(bench.store, '127.0.0.1:1');
  server = await openServer({ store: bench.store, pipelines: [], clock: () => Date.now(), operate });
});
afterEach(async () => {
  await server.close();
  await bench.close();
});

const say = async (word: string, body: unknown) => {
  const headers = { 'content-type': 'application/json' };
  const asked = { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await fetch(`${server.url}/alerts/${pipeline}/${word}`, asked);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const ana = { who: 'ana', why: 'looking into it' };

test('a person acknowledges, silences and resolves over HTTP, without Temporal', async () => {
  const open = await say('acknowledge', { alert: 'stale', ...ana });
  expect(open).toMatchObject({ status: 200, body: { alerts: [{ alert: 1, acknowledged: ana }] } });
  const { body } = await say('silence', { rule: 'stale', for: '1 hour', ...ana });
  expect(body).toMatchObject({ silences: [{ silence: 3, match: { rule: 'stale' } }] });
  expect(await say('unsilence', { silence: 3, ...ana })).toMatchObject({ body: { silences: [] } });
  expect(await say('resolve', { alert: 1, ...ana })).toMatchObject({ body: { alerts: [{ state: 'resolved' }] } });
});

test.each([
  ['acknowledge', { alert: 7, ...ana }, 404, 'alert.unknown', 'but came 7'],
  ['acknowledge', { alert: 1, who: 'ana' }, 400, 'input.invalid', "a text in 'why'"],
  ['resolve', { alert: 1, ...ana, mood: 'good' }, 400, 'input.invalid', "'mood'"],
  [
    'silence',
    { rule: 'a', for: '1 hour', until: '2100-01-01T00:00:00Z', ...ana },
    400,
    'input.invalid',
    "'for' or 'until'",
  ],
])('%s with %j is answered %i', async (word, body, status, code, told) => {
  expect(await say(word, body)).toEqual({ status, body: { code, error: expect.stringContaining(told) } });
});
