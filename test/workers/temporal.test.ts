import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort } from '../../workers/freePort.ts';
import { guardedProcess } from '../../workers/guardedProcess.ts';
import { isAlive, markOf, type ProcessMark } from '../../workers/processMark.ts';
import { connectTemporal } from '../../workers/temporal/connectTemporal.ts';
import { connectWorker } from '../../workers/temporal/connectWorker.ts';
import { findTemporal } from '../../workers/temporal/findTemporal.ts';
import { keepTemporal } from '../../workers/temporal/keepTemporal.ts';
import { type StartOptions, startTemporal, type TemporalServer } from '../../workers/temporal/startTemporal.ts';

const soon = { timeout: 20_000, interval: 20 };
let folder: string;
let binary: string;
const started: TemporalServer[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-start-'));
  binary = await findTemporal(() => {});
});

afterAll(async () => {
  await Promise.all(started.map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

describe('startTemporal', () => {
  test('answers, keeps its workflows over a restart on the same file, and stops', async () => {
    const first = await start('kept');
    await startWorkflow(first.address);
    await first.stop();
    expect(await first.exited).toBe(0);
    expect(markOf(first.pid)).toBeUndefined();

    const second = await start('kept');
    const { client, connection } = await connectTemporal(second.address, {});
    expect((await client.workflow.getHandle('kept/1').describe()).status.name).toBe('RUNNING');
    await connection.close();
  });

  test('shows its Web UI and gives two folders two servers', async () => {
    const [one, other] = await Promise.all([start('one'), start('other')]);
    expect((await fetch(one.uiUrl)).status).toBe(200);
    expect(new Set([one.address, other.address, one.uiUrl, other.uiUrl]).size).toBe(4);
    await startWorkflow(one.address);
    const { client, connection } = await connectTemporal(other.address, {});
    await expect(client.workflow.getHandle('kept/1').describe()).rejects.toThrow(/not found/);
    await connection.close();

    const port = Number(one.address.split(':')[1]);
    await expect(startTemporal({ ...optionsOf('third'), port })).rejects.toThrow(
      /port.taken: .* but came a process that listens there/,
    );
    const { connection: ofWorker, namespace } = await connectWorker(one.address, {});
    expect(namespace).toBe('default');
    await ofWorker.close();
  });

  test('ends when its parent is killed with SIGKILL', async () => {
    const { parent, server } = await startInChild();
    expect(isAlive(server)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(server)).toBe(false), soon);
  });

  test('tells what a server printed that does not start', async () => {
    const databaseFile = join(folder, 'damaged.db');
    await writeFile(databaseFile, 'this is no database, but it is long enough to be read as one '.repeat(100));
    const failing = startTemporal({ ...optionsOf('damaged'), databaseFile });
    await expect(failing).rejects.toMatchObject({ code: 'temporal.not-started' });
    await expect(failing).rejects.toThrow(/database/);
  });
});

describe('guardedProcess', () => {
  test('gives the lines and the exit code of a program that ends by itself', async () => {
    const lines: string[] = [];
    const script = 'echo one; echo two >&2; exit 3';
    const { exited } = await guardedProcess('/bin/sh', ['-c', script], { output: (line) => lines.push(line) });
    expect(await exited).toBe(3);
    expect(lines.sort()).toEqual(['one', 'two']);
  });

  test('does not leave the program unguarded when someone kills the guard', async () => {
    const { pid, exited } = await guardedProcess('sleep', ['600'], { output: () => {} });
    const program = markOf(pid);
    const guard = Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)]));
    process.kill(guard, 'SIGKILL');
    expect(await exited).toBeNull();
    await vi.waitFor(() => expect(program !== undefined && isAlive(program)).toBe(false), soon);
  });

  test('kills at once', async () => {
    const { exited, kill } = await guardedProcess('sleep', ['600'], { output: () => {} });
    kill();
    expect(await exited).toBeNull();
  });
});

describe('keepTemporal', () => {
  test('starts a killed server again, on the same address and file', async () => {
    const kept = await keepTemporal(optionsOf('again'));
    started.push(kept);
    await startWorkflow(kept.address);
    const before = kept.pid;
    const told: number[] = [];
    kept.onRestart((pid) => void told.push(pid));
    process.kill(before, 'SIGKILL');
    await vi.waitFor(() => expect(kept.restarts()).toBe(1), soon);
    expect(kept.pid).not.toBe(before);
    expect(told).toEqual([kept.pid]);
    const { client, connection } = await connectTemporal(kept.address, {});
    expect((await client.workflow.getHandle('kept/1').describe()).status.name).toBe('RUNNING');
    await connection.close();
    await kept.stop();
    expect(kept.restarts()).toBe(1);
    expect(markOf(kept.pid)).toBeUndefined();
  });
});

test('keepTemporal gives up a server that cannot be started again, and says why', async () => {
  const link = join(folder, 'temporal');
  await symlink(binary, link);
  const kept = await keepTemporal({ ...optionsOf('lost'), binary: link, mostStarts: 2 });
  started.push(kept);
  const givenUp = new Promise((resolve) => kept.onGivenUp(resolve));
  await rm(link);
  process.kill(kept.pid, 'SIGKILL');
  expect(await givenUp).toMatchObject({ code: 'temporal.not-started' });
  expect([await kept.exited, kept.restarts()]).toEqual([null, 0]);
});

describe('connectTemporal', () => {
  test('names the address at which nothing answers', async () => {
    await expect(connectTemporal('127.0.0.1:1', {})).rejects.toThrow(/temporal\.unreachable.*127\.0\.0\.1:1/);
    await expect(connectWorker('127.0.0.1:1', {})).rejects.toThrow(/temporal\.unreachable.*127\.0\.0\.1:1/);
    await expect(connectTemporal(undefined, {})).rejects.toThrow(/whet up/);
  });

  test('waits for a server that begins to answer late, saying so', async () => {
    const port = await freePort();
    const lines: string[] = [];
    const patience = { withinMs: 30_000, everyMs: 50, report: (line: string) => void lines.push(line) };
    const connecting = connectTemporal(`127.0.0.1:${port}`, {}, patience);
    await vi.waitFor(() => expect(lines[0]).toBe(`Temporal does not answer on 127.0.0.1:${port} yet: 0 s of 30`), soon);
    started.push(await startTemporal({ ...optionsOf('late'), port }));
    const { connection } = await connecting;
    await connection.close();
    const told = lines.length;
    const none = { ...patience, withinMs: 200, report: () => undefined };
    await expect(connectTemporal('127.0.0.1:1', {}, none)).rejects.toThrow(/temporal\.unreachable.*127\.0\.0\.1:1/);
    expect(lines).toHaveLength(told);
  });

  test('takes address and namespace from the environment first', async () => {
    const server = await start('environment');
    const environment = { TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: 'elsewhere' };
    const { connection, namespace, address } = await connectTemporal('127.0.0.1:1', environment);
    expect({ namespace, address }).toEqual({ namespace: 'elsewhere', address: server.address });
    await connection.close();
  });
});

function optionsOf(name: string): StartOptions {
  const own = join(folder, name);
  const files = { databaseFile: join(own, 'temporal.db'), logFile: join(own, 'temporal.log') };
  return { binary, ...files, port: 0, uiPort: 0, report: () => {} };
}

async function start(name: string): Promise<TemporalServer> {
  const server = await startTemporal(optionsOf(name));
  started.push(server);
  return server;
}

async function startWorkflow(address: string): Promise<void> {
  const { client, connection } = await connectTemporal(address, {});
  await client.workflow.start('waits', { workflowId: 'kept/1', taskQueue: 'nobody' });
  await connection.close();
}

async function startInChild(): Promise<{ parent: ReturnType<typeof spawn>; server: ProcessMark }> {
  const entry = join(import.meta.dirname, 'children', 'startsTemporal.ts');
  const options = JSON.stringify(optionsOf('orphan'));
  const parent = spawn(process.execPath, [entry, options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  const server = markOf(Number(line));
  if (server === undefined)
    throw new Error(`no server: ${line} ${await readFile(optionsOf('orphan').logFile, 'utf8')}`);
  return { parent, server };
}
