import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createApprovalActivities } from '../../activities/approvals.ts';
import type { Ports } from '../../activities/ports.ts';
import { createReleaseActivities } from '../../activities/release.ts';
import { createRolloutActivities } from '../../activities/rollout.ts';
import { appendLedger, headOf, readLedger } from '../../registry/ledger.ts';
import { registerVersion } from '../../registry/versions.ts';
import type { Operate } from '../../serving/operate.ts';
import { openServer, type Server } from '../../serving/server.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson } from '../../storage/objects.ts';
import { operateReleases } from '../../workers/operateReleases.ts';
import { resumeReleases } from '../../workers/resumeReleases.ts';
import { candidateOf } from '../workflows/candidateOf.ts';
import { detailsOf, type Stories, startStories } from '../workflows/storyWorker.ts';

const day = 86_400_000;
const soon = { timeout: 20_000, interval: 20 };
const ana = { version: 1, who: 'ana', role: 'risk', why: 'looks right' };
const ben = { version: 1, who: 'ben', role: 'owner', why: 'fine' };
let stories: Stories;
let folder: string;
let store: ObjectStore;
let server: Server;
let operate: Operate;

/** The whole way: HTTP, Temporal, the release with its real activities, the ledger. No process serves, so none is waited for. */
beforeAll(async () => {
  stories = await startStories();
  folder = await mkdtemp(join(tmpdir(), 'whet-operate-'));
  store = localDisk(folder);
  const ports = { store, clock: () => Date.now(), plans: new Map() } as Partial<Ports> as Ports;
  const release = { ...createReleaseActivities(ports), ...createApprovalActivities(ports) };
  stories.stages.behave({ ...release, ...createRolloutActivities(ports) });
  const approvals = [
    { role: 'risk', count: 1 },
    { role: 'owner', count: 1, who: ['ben'] },
  ];
  const plan = { rollout: { parity: true, shadowMs: 0 }, release: { approvals, expireAfterMs: 3 * day } };
  await createJson(store, 'plans/plan-1.json', plan);
  operate = operateReleases(store, stories.address);
  server = await openServer({ store, pipelines: [], clock: () => Date.now(), operate });
});
afterAll(async () => {
  await server.close();
  await operate.close();
  await stories.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('over HTTP', () => {
  test('a version goes when all have approved it, and the ledger tells who did and why', async () => {
    await candidate('approved');
    expect(await standing('approved')).toMatchObject({
      routing: { version: null },
      candidate: { version: 1, approvals: { missing: [{ role: 'risk' }, { role: 'owner' }] } },
    });
    expect(await say('approved', 'approve', { ...ana, digest: 'd'.repeat(12) })).toEqual([200, { version: 1 }]);
    expect(await say('approved', 'approve', ben)).toEqual([200, { version: 1 }]);
    await answers('approved', 1);
    const told = (await readLedger(store, 'approved')).map(({ event, who, why }) => [event.kind, who, why]);
    expect(told).toEqual([
      ['registered', 'run r', 'because'],
      ['approved', 'ana', 'looks right'],
      ['approved', 'ben', 'fine'],
      ['promoted', 'run approved/2001-03-15T12', 'the gate passed'],
    ]);
  });

  test('each approval that does not count is refused with its code', async () => {
    await candidate('refused');
    const refusal = async (changes: object) => {
      const [status, { code }] = await say('refused', 'approve', { ...ana, ...changes });
      return [status, code];
    };
    expect(await refusal({ role: 'boss' })).toEqual([403, 'approval.wrong-role']);
    expect(await refusal({ role: 'owner' })).toEqual([403, 'approval.wrong-role']);
    expect(await refusal({ digest: 'e'.repeat(64) })).toEqual([409, 'approval.different-digest']);
    expect(await refusal({ version: 7 })).toEqual([404, 'version.unknown']);
    expect(await refusal({ role: 7 })).toEqual([400, 'input.invalid']);
    expect(await refusal({})).toEqual([200, undefined]);
    expect(await refusal({ why: 'again' })).toEqual([409, 'approval.twice']);
    expect(await say('refused', 'reject', { version: 1, who: 'eva', why: 'a bad day' })).toEqual([200, { version: 1 }]);
    const [status, body] = await say('refused', 'approve', ben);
    expect([status, body.code]).toEqual([409, 'approval.rejected']);
    expect(body.error).toContain('its rejection by eva: a bad day');
  });

  test('a version whose approvals expired or are missing is not promoted', async () => {
    await candidate('expired');
    const promote = async () => (await say('expired', 'promote', { version: 1, who: 'eva' }))[1].code;
    expect(await promote()).toBe('approval.missing');
    const expires = new Date(Date.now() - 1).toISOString();
    for (const { who, role, why } of [ana, ben]) {
      const event = { kind: 'approved', version: 1, role, package: `objects/${digestOf('expired')}`, expires } as const;
      await appendLedger(store, 'expired', event, { who, why, at: '2001-03-15T12:00:00.000Z' });
    }
    expect(await promote()).toBe('approval.expired');
    expect((await headOf(store, 'expired'))?.routing.version).toBeNull();
  });

  test('the ledger tells by which key a word came, and only one of the role operate brings it', async () => {
    await candidate('keyed');
    const hashed = (key: string) => createHash('sha256').update(key).digest('hex');
    const keys = [
      { name: 'desk', sha256: hashed('key-of-the-desk'), roles: ['operate'], made: '2001-03-15T12:00:00Z' },
      { name: 'shop', sha256: hashed('key-of-the-shop'), roles: ['predict'], made: '2001-03-15T12:00:00Z' },
    ];
    const file = join(folder, 'keys.json');
    await writeFile(file, JSON.stringify({ keys }));
    const guarded = await openServer({ store, pipelines: [], clock: () => Date.now(), operate, keys: file });
    try {
      const by = (key: string, input: object) =>
        sent(guarded, 'keyed', 'approve', input, { authorization: `Bearer ${key}` });
      expect((await sent(guarded, 'keyed', 'approve', ana))[1].code).toBe('key.missing');
      expect((await by('key-of-the-shop', ana))[1].code).toBe('key.wrong-role');
      expect((await by('key-of-the-desk', { ...ana, why: undefined }))[1].code).toBe('input.invalid');
      expect(await by('key-of-the-desk', ana)).toEqual([200, { version: 1 }]);
      expect((await headOf(store, 'keyed'))?.why).toBe("looks right (by the key 'desk')");
    } finally {
      await guarded.close();
    }
  });

  test('a pause holds what is approved, and is told to whoever looks', async () => {
    await candidate('paused');
    expect(await say('paused', 'pause', { who: 'eva', why: 'a sale' })).toEqual([200, { version: null }]);
    await say('paused', 'approve', ana);
    await say('paused', 'approve', ben);
    expect(await standing('paused')).toMatchObject({ paused: { who: 'eva', why: 'a sale' }, underway: null });
    expect((await say('paused', 'promote', { version: 1 }))[1].code).toBe('release.paused');
    await say('paused', 'resume', {});
    await answers('paused', 1);
  });

  test.each<[string, string, RequestInit, number, string]>([
    ['of no pipeline', 'nowhere/approve', {}, 404, 'pipeline.unknown'],
    ['that is no word', 'words/praise', {}, 404, 'route.unknown'],
    ['that is no JSON', 'words/approve', { body: '{' }, 400, 'request.invalid'],
    ['that is no object', 'words/approve', { body: '[]' }, 400, 'request.invalid'],
    ['sent as a form', 'words/pause', { headers: { 'content-type': 'text/plain' } }, 400, 'request.invalid'],
  ])('a word %s is refused', async (_, path, changes, status, code) => {
    const headers = { 'content-type': 'application/json' };
    const sent = await fetch(`${server.url}/release/${path}`, { method: 'POST', headers, body: '{}', ...changes });
    expect([sent.status, ((await sent.json()) as Body).code]).toEqual([status, code]);
  });
});

test("from the Web UI's form for signals the same goes with one JSON object", async () => {
  await candidate('signalled');
  await say('signalled', 'pause', {});
  const entity = stories.client.workflow.getHandle('release/signalled');
  await entity.signal('approve', { ...ana, role: 'boss' });
  await entity.signal('approve', ana);
  await entity.signal('approve', ben);
  await entity.signal('resume');
  await answers('signalled', 1);
  expect(await detailsOf(entity)).toContain('approve refused: approval.wrong-role');
});

test('a release that was lost with its database goes on when the engine starts, and one with nothing left does not begin', async () => {
  const at = new Date().toISOString();
  await candidate('lost');
  for (const { who, role, why } of [ana, ben]) {
    const expires = new Date(Date.now() + day).toISOString();
    const event = { kind: 'approved', version: 1, role, package: `objects/${digestOf('lost')}`, expires } as const;
    await appendLedger(store, 'lost', event, { who, why, at });
  }
  await candidate('decided');
  await appendLedger(store, 'decided', { kind: 'rejected', version: 1 }, { who: 'ana', why: 'a bad day', at });
  expect(await resumeReleases(stories.client, store, ['lost', 'decided', 'never'])).toEqual(['lost']);
  await answers('lost', 1);
});

test('without Temporal the ledger is told, and a word is answered with 503', async () => {
  await candidate('alone');
  const alone = operateReleases(store, '127.0.0.1:1');
  const other = await openServer({ store, pipelines: [], clock: () => Date.now(), operate: alone });
  try {
    const told = await (await fetch(`${other.url}/release/alone`)).json();
    expect(told).toMatchObject({ candidate: { version: 1 }, unreachable: expect.stringContaining('127.0.0.1:1') });
    const said = await sent(other, 'alone', 'pause', {});
    expect([said[0], said[1].code]).toEqual([503, 'temporal.unreachable']);
  } finally {
    await other.close();
    await alone.close();
  }
});

test('a process that operates nothing has no such routes', async () => {
  const other = await openServer({ store, pipelines: [], clock: () => Date.now() });
  try {
    expect((await sent(other, 'alone', 'pause', {}))[1].code).toBe('route.unknown');
  } finally {
    await other.close();
  }
});

/** A version that passed the gate, in the ledger alone: the release takes it up from there. */
async function candidate(pipeline: string): Promise<void> {
  const digest = digestOf(pipeline);
  const by = { who: 'run r', why: 'because', at: '2001-03-15T12:00:00.000Z' };
  await registerVersion(store, pipeline, candidateOf(pipeline, digest, '2001-03-15T12'), by);
  for (const id of [digest, `objects/${digest}`]) await store.create(`objects/${id}`, Buffer.from(id));
}

function digestOf(pipeline: string): string {
  return `${'d'.repeat(12)}-${pipeline}`;
}

async function standing(pipeline: string): Promise<unknown> {
  return (await fetch(`${server.url}/release/${pipeline}`)).json();
}

interface Body {
  readonly version?: number | null;
  readonly code?: string;
  readonly error?: string;
}

function say(pipeline: string, word: string, input: object): Promise<[status: number, body: Body]> {
  return sent(server, pipeline, word, input);
}

async function sent(
  to: Server,
  pipeline: string,
  word: string,
  input: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<[number, Body]> {
  const answer = await fetch(`${to.url}/release/${pipeline}/${word}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(input),
  });
  return [answer.status, (await answer.json()) as Body];
}

async function answers(pipeline: string, version: number): Promise<void> {
  await vi.waitUntil(async () => (await headOf(store, pipeline))?.routing.version === version, soon);
}
