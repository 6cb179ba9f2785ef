import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claim } from '../../workers/claim.ts';
import { claimEngine, engineOwner, readEngine, requireNoEngine, writeEngine } from '../../workers/engineFile.ts';
import { freePort, freePorts, requireFreePort } from '../../workers/freePort.ts';
import { isAlive, markOf, ownMark } from '../../workers/processMark.ts';

let folder: string;
let listening: Server;
let address: string;
const silent = (): void => {};

beforeAll(async () => {
  listening = createServer().listen(0, '127.0.0.1');
  await once(listening, 'listening');
  address = `127.0.0.1:${(listening.address() as { port: number }).port}`;
});
afterAll(() => void listening.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-engine-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('engine.json', () => {
  test('names the engine that runs, and only while it does', async () => {
    expect(await readEngine(folder)).toBeUndefined();
    const held = await claimEngine(folder, silent);
    const written = await writeEngine(folder, factsOf(process.pid));
    expect(await readEngine(folder)).toEqual(written);
    expect(written).toMatchObject({ owner: process.pid, startedAt: ownMark().startedAt });
    await held.release();
    expect(await readEngine(folder)).toBeUndefined();
    expect(await engineOwner(folder)).toBeUndefined();
  });

  test.each([
    ['another process got its pid', { startedAt: 'earlier' }],
    ['its owner is gone', { ownerStartedAt: 'earlier' }],
    ['nothing listens at its address', { address: '127.0.0.1:1' }],
  ])('names none when %s', async (_, change) => {
    const written = await writeEngine(folder, factsOf(process.pid));
    await writeFile(join(folder, 'engine.json'), JSON.stringify({ ...written, ...change }));
    expect(await readEngine(folder)).toBeUndefined();
  });

  test('names an engine on a server that is not its own', async () => {
    await writeEngine(folder, factsOf(null));
    expect(await readEngine(folder)).toMatchObject({ pid: null, startedAt: null, address });
  });

  test('that was edited to nonsense names none', async () => {
    await writeFile(join(folder, 'engine.json'), '{ "address": ');
    expect(await readEngine(folder)).toBeUndefined();
  });
});

describe('claimEngine', () => {
  test('refuses a second engine with the pid of the first', async () => {
    const held = await claimEngine(folder, silent);
    const second = claimEngine(folder, silent);
    await expect(second).rejects.toMatchObject({ code: 'engine.already-running' });
    await expect(requireNoEngine(folder)).rejects.toMatchObject({ code: 'engine.already-running' });
    await expect(second).rejects.toThrow(String(process.pid));
    await held.release();
    await (await claimEngine(folder, silent)).release();
  });

  test('takes over what a dead process left, and stops a server that still runs', async () => {
    const server = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(server, 'spawn');
    const mark = markOf(server.pid as number);
    await writeEngine(folder, factsOf(server.pid as number));
    await mkdir(join(folder, 'engine.claims'), { recursive: true });
    await writeFile(join(folder, 'engine.claims', `${process.pid}.earlier`), '');
    const lines: string[] = [];
    const held = await claimEngine(folder, (line) => lines.push(line));
    expect(lines.join()).toContain(String(server.pid));
    expect(mark !== undefined && isAlive(mark)).toBe(false);
    expect(await readdir(join(folder, 'engine.claims'))).toHaveLength(1);
    await held.release();
  });

  test('is given to one of many that come at once', async () => {
    const children = await Promise.all(Array.from({ length: 6 }, () => claimInChild(folder)));
    for (const child of children) child.go();
    const answers = children.map(({ answer }) => answer);
    expect(answers.sort()).toEqual(['held', 'taken', 'taken', 'taken', 'taken', 'taken']);
  });
});

describe('ports', () => {
  test('that are free differ, and a taken one is refused by number', async () => {
    const ports = await freePorts(20);
    expect(new Set(ports).size).toBe(20);
    await requireFreePort(await freePort(), 'a test');
    const taken = Number(address.split(':')[1]);
    await expect(requireFreePort(taken, 'a test')).rejects.toThrow(new RegExp(`port\\.taken.*${taken}`));
  });
});

describe('claim', () => {
  test('is not given twice to one process', async () => {
    const first = await claim(folder);
    expect((await claim(folder)).kind).toBe('taken');
    expect(JSON.parse(await readFile(join(folder, String((await readdir(folder))[0])), 'utf8'))).toEqual(ownMark());
    if (first.kind === 'held') await first.release();
    expect(await readdir(folder)).toEqual([]);
  });
});

function factsOf(pid: number | null) {
  return { address, namespace: 'default', uiUrl: null, pid, store: 'store', plans: {} };
}

/** Claims in a process of its own, which stays until it is told to go. */
async function claimInChild(claimed: string): Promise<{ readonly answer: string; go(): void }> {
  const entry = join(import.meta.dirname, 'children', 'claims.ts');
  const child = spawn(process.execPath, [entry, claimed], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { answer: line.toString().trim(), go: () => void child.stdin.end() };
}
