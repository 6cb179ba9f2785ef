import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WhetError } from '../core/errors.ts';
import { claim, claimant } from './claim.ts';
import type { LoadedPlans } from './loadedPlans.ts';
import { isAlive, markOf, ownMark, type ProcessMark } from './processMark.ts';

/** The engine that runs on a state folder, as `engine.json` in it tells. */
export interface Engine extends EngineFacts {
  /** When the process `pid` started; null where `pid` is. */
  readonly startedAt: string | null;
  /** The process that started the engine and ends it. */
  readonly owner: number;
  readonly ownerStartedAt: string;
}

export interface EngineFacts {
  /** Temporal's `host:port`. */
  readonly address: string;
  readonly namespace: string;
  /** Temporal's Web UI; null where it is not ours to know. */
  readonly uiUrl: string | null;
  /** The Temporal server's process; null where the server is not ours (`TEMPORAL_ADDRESS`). */
  readonly pid: number | null;
  /** Where the engine's store is. */
  readonly store: string;
  /** The plans as they were when it started. */
  readonly plans: LoadedPlans;
}

/** The running engine of a state folder (`.whet`), or undefined: checked by pid, start time and a TCP connection. */
export async function readEngine(folder: string): Promise<Engine | undefined> {
  const engine = await writtenEngine(folder);
  if (engine === undefined || !isAlive(ownerOf(engine))) return undefined;
  const server = serverOf(engine);
  if (server !== undefined && !isAlive(server)) return undefined;
  return (await accepts(engine.address)) ? engine : undefined;
}

export interface EngineClaim {
  /** Gives the folder back and removes `engine.json`. */
  release(): Promise<void>;
}

/**
 * Claims a state folder for an engine of this process. What an engine that was killed left behind is taken over; a
 * Temporal server of its that still runs is stopped. Throws `engine.already-running` with the pid.
 */
export async function claimEngine(folder: string, report: (line: string) => void): Promise<EngineClaim> {
  const claimed = await claim(claimsOf(folder));
  if (claimed.kind === 'taken') throw alreadyRunning(folder, claimed.by.pid);
  await stopLeftover(folder, report);
  await clearEngine(folder);
  const release = async (): Promise<void> => {
    await clearEngine(folder);
    await claimed.release();
  };
  return { release };
}

/** The pid of the living process that has claimed a state folder, whether or not its engine answers yet. */
export async function engineOwner(folder: string): Promise<number | undefined> {
  return (await claimant(claimsOf(folder)))?.pid;
}

/** Throws `engine.already-running`, for who is about to start one: its ports are taken, too, and would be told of instead. */
export async function requireNoEngine(folder: string): Promise<void> {
  const owner = await engineOwner(folder);
  if (owner !== undefined) throw alreadyRunning(folder, owner);
}

/** Writes `engine.json`, whole or not at all, in the name of this process. */
export async function writeEngine(folder: string, facts: EngineFacts): Promise<Engine> {
  const owner = ownMark();
  const startedAt = facts.pid === null ? null : (markOf(facts.pid)?.startedAt ?? null);
  const engine: Engine = { ...facts, startedAt, owner: owner.pid, ownerStartedAt: owner.startedAt };
  await mkdir(folder, { recursive: true });
  const temporary = `${fileOf(folder)}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify(engine, null, 2)}\n`);
  await rename(temporary, fileOf(folder));
  return engine;
}

/** Removes `engine.json`. */
export async function clearEngine(folder: string): Promise<void> {
  await rm(fileOf(folder), { force: true });
}

function fileOf(folder: string): string {
  return join(folder, 'engine.json');
}

function claimsOf(folder: string): string {
  return join(folder, 'engine.claims');
}

async function writtenEngine(folder: string): Promise<Engine | undefined> {
  try {
    return JSON.parse(await readFile(fileOf(folder), 'utf8')) as Engine;
  } catch (error) {
    // It is written whole by a rename; one that does not parse was edited by hand and names no engine.
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT')) return;
    throw error;
  }
}

function ownerOf({ owner, ownerStartedAt }: Engine): ProcessMark {
  return { pid: owner, startedAt: ownerStartedAt };
}

function serverOf({ pid, startedAt }: Engine): ProcessMark | undefined {
  return pid === null || startedAt === null ? undefined : { pid, startedAt };
}

function accepts(address: string): Promise<boolean> {
  const at = address.lastIndexOf(':');
  const [host, port] = [address.slice(0, at).replace(/^\[|\]$/g, ''), Number(address.slice(at + 1))];
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const end = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}

function alreadyRunning(folder: string, pid: number): WhetError {
  const facts = { expected: `no other engine on ${folder}`, came: `the engine of process ${pid}` };
  return new WhetError('engine.already-running', facts);
}

/** The guard of a Temporal server ends it with its parent; should one be found all the same, it must not share our database. */
async function stopLeftover(folder: string, report: (line: string) => void): Promise<void> {
  const engine = await writtenEngine(folder);
  const server = engine === undefined ? undefined : serverOf(engine);
  if (server === undefined || !isAlive(server)) return;
  report(`stopping the Temporal server ${server.pid}, left by an engine that was killed`);
  process.kill(server.pid, 'SIGTERM');
  if (!(await ended(server, 10_000)) && isAlive(server)) process.kill(server.pid, 'SIGKILL');
  await ended(server, 2_000);
}

async function ended(mark: ProcessMark, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (isAlive(mark) && performance.now() < until) await pause(25);
  return !isAlive(mark);
}
