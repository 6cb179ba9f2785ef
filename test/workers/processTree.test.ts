import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { WhetError } from '../../core/errors.ts';
import { isAlive, markOf, type ProcessMark } from '../../workers/processMark.ts';
import { signalProcess } from '../../workers/signalProcess.ts';
import { type Exit, type Supervised, superviseProcess } from '../../workers/superviseProcess.ts';
import { findTemporal } from '../../workers/temporal/findTemporal.ts';

const soon = { timeout: 20_000, interval: 20 };
const entry = new URL('./children/worker.ts', import.meta.url);
const running: Supervised[] = [];

afterEach(() => {
  for (const process of running.splice(0)) process.kill();
});

describe('superviseProcess', () => {
  test('prefixes output, passes arguments, environment and messages', async () => {
    const lines: string[] = [];
    const process = supervise('plain', { onLine: (line) => lines.push(line), env: { MODE: 'test' } });
    expect(await nextMessage(process)).toMatchObject({ kind: 'ready', pid: process.pid(), mode: 'test' });
    await vi.waitFor(() => expect(lines).toContain(`worker | plain ${process.pid()}`), soon);
  });

  test('starts a killed child again, with its own children gone', async () => {
    const process = supervise('parent');
    const { pid, child } = await nextMessage(process);
    const grandchild = requireMark(child);
    const again = nextMessage(process);
    const restarted = new Promise<Exit>((resolve) => process.onRestart((_, before) => resolve(before)));
    signalProcess(pid, 'SIGKILL');
    expect(await restarted).toEqual({ code: null, signal: 'SIGKILL' });
    expect((await again).pid).not.toBe(pid);
    expect(process.restarts()).toBe(1);
    await vi.waitFor(() => expect(isAlive(grandchild)).toBe(false), soon);
  });

  test('stops a child that is asked, and does not start it again', async () => {
    const process = supervise('plain');
    await nextMessage(process);
    await process.stop({ graceMs: 10_000 });
    expect(await process.ended).toEqual({ code: 0, signal: null });
    expect(process.pid()).toBeUndefined();
    expect(process.restarts()).toBe(0);
    await process.stop({ graceMs: 10_000 });
  });

  test('kills a child that does not stop within its grace', async () => {
    const process = supervise('slow');
    await nextMessage(process);
    await process.stop({ graceMs: 50 });
    expect(await process.ended).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('stops while it waits to start again', async () => {
    const process = supervise('plain');
    const { pid } = await nextMessage(process);
    signalProcess(pid, 'SIGKILL');
    await vi.waitFor(() => expect(process.pid()).toBeUndefined(), soon);
    expect(process.send({ kind: 'anything' })).toBe(false);
    await process.stop({ graceMs: 10_000 });
    expect(process.restarts()).toBe(0);
  });

  test('leaves a dead child dead without restart', async () => {
    const process = supervise('plain', { restart: false });
    const { pid } = await nextMessage(process);
    signalProcess(pid, 'SIGKILL');
    expect(await process.ended).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('gives up one that cannot start, and tells its last lines', async () => {
    const process = supervise('broken', { most: 2 });
    const error = await new Promise<WhetError>((resolve) => process.onGivenUp(resolve));
    expect(error).toMatchObject({ code: 'worker.not-started', outcome: 'retry' });
    expect(error.message).toMatch(/2 times in a row, the last with exit code 3; it printed last 'no module 'x''/);
    expect(await process.ended).toEqual({ code: 3, signal: null });
    expect([process.restarts(), process.pid()]).toEqual([1, undefined]);
    await process.stop({ graceMs: 10_000 });
  });

  test('does not give up one that ends for want of others, nor one that is killed', async () => {
    const excused = supervise('broken', { most: 1, isExcused: ({ code }) => code === 3 });
    const killed = supervise('plain', { most: 1 });
    const restarted = [excused, killed].map((one) => new Promise((resolve) => one.onRestart(resolve)));
    signalProcess((await nextMessage(killed)).pid, 'SIGKILL');
    await Promise.all(restarted);
  });
});

describe('the process tree', () => {
  let folder: string;
  let binary: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'whet-tree-'));
    binary = await findTemporal(() => {});
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('Ctrl-C stops everything in order and exits with 0, even when npm sends it twice', async () => {
    const { top, marks } = await startTree('parent');
    pressCtrlC(top);
    signalProcess(top.pid, 'SIGINT');
    expect(await once(top, 'exit')).toEqual([0, null]);
    await vi.waitFor(() => expect(marks.filter(isAlive)).toEqual([]), soon);
  });

  test('a second Ctrl-C kills everything at once and exits with 130', async () => {
    const { top, marks, nextLine } = await startTree('slow');
    const told = nextLine();
    pressCtrlC(top);
    expect(await told).toMatch(/again/);
    const exited = once(top, 'exit');
    const pressing = setInterval(() => pressCtrlC(top), 100);
    expect(await exited).toEqual([130, null]);
    clearInterval(pressing);
    await vi.waitFor(() => expect(marks.filter(isAlive)).toEqual([]), soon);
  });

  test('nothing outlives a parent that is killed with SIGKILL', async () => {
    const { top, marks } = await startTree('parent');
    top.kill('SIGKILL');
    await vi.waitFor(() => expect(marks.filter(isAlive)).toEqual([]), soon);
  });

  /** In a process group of its own, as a terminal gives it one. */
  async function startTree(kind: string) {
    const own = await mkdtemp(join(folder, 'state-'));
    const files = { databaseFile: join(own, 'temporal.db'), logFile: join(own, 'temporal.log') };
    const options = JSON.stringify({ binary, ...files, port: 0, uiPort: 0 });
    const tree = join(import.meta.dirname, 'children', 'tree.ts');
    const top = spawn(process.execPath, [tree, options, kind], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: top.stdout });
    const nextLine = async (): Promise<string> => ((await once(lines, 'line')) as [string])[0];
    const marks = (JSON.parse(await nextLine()) as number[]).map(requireMark);
    return { top, marks, nextLine };
  }

  function pressCtrlC(top: ChildProcess): void {
    if (top.pid !== undefined) signalProcess(-top.pid, 'SIGINT');
  }
});

function supervise(kind: string, options: Partial<Parameters<typeof superviseProcess>[0]> = {}): Supervised {
  const started = superviseProcess({
    name: 'worker',
    entry,
    args: [kind],
    onLine: () => {},
    restart: true,
    ...options,
  });
  running.push(started);
  return started;
}

function nextMessage(process: Supervised): Promise<{ pid: number; child?: number; mode?: string }> {
  return new Promise((resolve) => process.onMessage((message) => resolve(message as { pid: number })));
}

function requireMark(pid: number | undefined): ProcessMark {
  const mark = pid === undefined ? undefined : markOf(pid);
  if (mark === undefined) throw new Error(`no process ${pid}`);
  return mark;
}
