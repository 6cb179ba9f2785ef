import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LedgerEvent } from '../../core/ledger.ts';
import type { Traffic } from '../../core/routing.ts';
import { appendLedger, digestedLedger, readLedger } from '../../registry/ledger.ts';
import { registerVersion } from '../../registry/versions.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, putObject, putObjectJson } from '../../storage/objects.ts';
import { versionLike } from '../registry/versionLike.ts';

const whetFile = resolve(import.meta.dirname, '../../cli/whet.ts');
let folder: string;
let store: ObjectStore;

/** What the commands tell of a ledger with no engine running. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'whet-release-commands-'));
  store = localDisk(join(folder, '.whet/store'));
  const release = { approvals: [{ role: 'risk', count: 2 }], expireAfterMs: 1 };
  await createJson(store, 'plans/plan.json', { release });
  for (const name of ['first', 'second', 'third']) await made(name);
  const traffic = (weight: number): Traffic<number> => ({
    variants: { challenger: { version: 2, weight, shadow: 0 } },
    ...{ rules: [], fallback: [], deadlineMs: 1_000 },
  });
  await told({ kind: 'promoted', version: 1 }, '2001-03-15T12:10:00.000Z');
  await told({ kind: 'traffic changed', version: 2, traffic: traffic(0.05) }, '2001-03-15T12:20:00.000Z');
  await told({ kind: 'promoted', version: 2 }, '2001-03-15T12:30:00.000Z');
  const expires = '2100-01-01T00:00:00.000Z';
  const approval = {
    kind: 'approved',
    version: 3,
    role: 'risk',
    package: (await packages())[2] ?? '',
    expires,
  } as const;
  await told(approval, '2001-03-15T12:40:00.000Z');
  await told({ kind: 'paused' }, '2001-03-15T12:50:00.000Z');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('whet live tells who answered at a time, and how requests were shared', () => {
  const at = (time: string) => JSON.parse(whet('live', 'flights', '--at', time, '--json').stdout);
  expect(at('2001-03-15T12:15:00Z')).toMatchObject({ version: 1, epoch: 1 });
  expect(at('2001-03-15T12:25:00Z')).toMatchObject({
    ...{ version: 1, epoch: 2, since: '2001-03-15T12:10:00.000Z' },
    traffic: { variants: { challenger: { version: 2, weight: 0.05 } } },
  });
  expect(whet('live', 'flights', '--at', '2001-03-15T12:25:00Z').stdout).toContain(
    'challenger (version 2) answers 5 %',
  );
  expect(at('2001-03-15T12:35:00Z')).toMatchObject({ version: 2, epoch: 3 });
});

test('whet release tells what answers, what is paused, and whose word is missing', () => {
  const { stdout } = whet('release', 'flights');
  expect(stdout).toContain('version 2 answers');
  expect(stdout).toContain('paused by ana since 2001-03-15T12:50:00.000Z: a reason');
  expect(stdout).toContain('version 3, as of 2001-03-15T12, waits for approvals: 1 of risk');
  expect(stdout).toContain('approved as risk by ana at 2001-03-15T12:40:00.000Z (counts until 2100-01-01');
  expect(whet('release', 'nowhere')).toMatchObject({ status: 2, stderr: expect.stringContaining('pipeline.unknown') });
});

test('whet ledger tells each event in words, and verifies the chain', async () => {
  expect(whet('ledger', 'flights').stdout).toContain('version 2 traffic changed: challenger (version 2) answers 5 %');
  const head = (await digestedLedger(store, 'flights')).at(-1)?.digest;
  expect(whet('ledger', 'flights', '--verify').stdout).toBe(
    `the chain of 8 entries of flights holds; its head has the SHA-256 ${head}\n`,
  );
});

test('whet copy takes a version to another store and says what to type there', async () => {
  const there = join(folder, 'production');
  const unpromoted = whet('copy', 'flights', 'champion', '--to', there, '--promote');
  expect(unpromoted).toMatchObject({ status: 6, stderr: expect.stringContaining(`none in ${folder}. Copy without`) });
  expect(await localDisk(there).list('')).toEqual([]);
  const copied = whet('copy', 'flights', 'champion', '--to', there, '--who', 'ana', '--json');
  expect(JSON.parse(copied.stdout)).toMatchObject({
    ...{ version: 1, wasThere: false, objects: 5, origin: { version: 2, entry: 2 }, decision: null },
  });
  const again = whet('copy', 'flights', 'champion', '--to', there);
  expect(again.stdout).toContain(`WHET_STORE='${there}' whet promote flights 1`);
  expect(await readLedger(localDisk(there), 'flights')).toMatchObject([{ who: 'ana', event: { kind: 'registered' } }]);
  const refused = whet('copy', 'flights', '1', '--to', join(folder, '.whet/store'));
  expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('another store') });
});

async function made(name: string): Promise<void> {
  const [digest = '', network = '', table = ''] = await Promise.all(
    ['model', 'network', 'table'].map((part) => putObject(store, Buffer.from(`${part} of ${name}`))),
  );
  const parts = { model: { digest, bytes: 1 }, network: { digest: network, bytes: 1 }, table, lineage: {} };
  const [id, scorecard] = await Promise.all([putObjectJson(store, parts), putObjectJson(store, { of: name })]);
  const by = { who: 'run r', why: 'the gate passed', at: '2001-03-15T12:00:00.000Z' };
  await registerVersion(store, 'flights', versionLike(digest, { package: id, scorecard }), by);
}

async function packages(): Promise<string[]> {
  const ledger = await readLedger(store, 'flights');
  return ledger.flatMap(({ event }) => (event.kind === 'registered' ? [event.record.package] : []));
}

async function told(event: LedgerEvent, at: string): Promise<void> {
  await appendLedger(store, 'flights', event, { who: 'ana', why: 'a reason', at });
}

function whet(...args: string[]) {
  const { WHET_STATE: _state, WHET_STORE: _store, ...env } = process.env;
  return spawnSync(process.execPath, [whetFile, ...args], { cwd: folder, env, encoding: 'utf8' });
}
