import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client, Connection } from '@temporalio/client';
import { catalogue, WhetError } from '../core/errors.ts';
import { claimEngine, clearEngine, type Engine, engineOwner, readEngine, writeEngine } from './engineFile.ts';
import type { EngineRole } from './engineRoles.ts';
import { joinAsGuest, whenGuestsLeft } from './guests.ts';
import { leanEnvironment, leanNodeArgs } from './leanNode.ts';
import { changedPlans, type LoadedPlans, loadedPlans } from './loadedPlans.ts';
import { type Exit, type Supervised, superviseProcess } from './superviseProcess.ts';
import { connectTemporal } from './temporal/connectTemporal.ts';
import { findTemporal } from './temporal/findTemporal.ts';
import { type KeptTemporal, keepTemporal } from './temporal/keepTemporal.ts';
import { namesTemporal } from './temporal/temporalTarget.ts';
import type { Workplace } from './workplace.ts';

export type Report = (line: string) => void;

export interface EngineOptions {
  readonly workplace: Workplace;
  readonly roles: readonly EngineRole[];
  /** Ports of Temporal and of its Web UI; 0 for any free one. */
  readonly port: number;
  readonly uiPort: number;
  readonly report: Report;
  /** Arguments for a role's process, beside its address. */
  readonly argumentsOf?: (role: EngineRole) => readonly string[];
  /** Whether it lasts for one command alone, whose user waits for its end. */
  readonly isBrief?: boolean;
  /** A line of a role's output. */
  readonly onLine?: (line: string) => void;
}

export interface RunningEngine {
  readonly client: Client;
  readonly address: string;
  readonly uiUrl: string | null;
  readonly children: ReadonlyMap<EngineRole, Supervised>;
  /** Rejects with `worker.not-started` or `temporal.not-started` once one of its processes is given up; never resolves. */
  readonly givenUp: Promise<never>;
  /** Stops the workers, then Temporal; state stays for the next start. */
  stop(): Promise<void>;
  /** Ends all its processes at once. */
  kill(): void;
}

/**
 * How long a role may take to end its work before it is killed. What a worker did not finish is done again; a serving process
 * answers what is under way and writes its log.
 */
const stopMs: Readonly<Record<EngineRole, number>> = { pipeline: 5_000, trainer: 5_000, serving: 12_000 };

/** Of a server that this machine's engine looks after, which starts it again where it dies, and of one that others do. */
const ownMs = 60_000;
const foreignMs = 30_000;

/** So often a command tries to start its Temporal again. */
const mostStarts = 7;

/** Starts an engine on the workplace's state: Temporal, unless `TEMPORAL_ADDRESS` names one, and a process for each role. */
export async function startEngine(options: EngineOptions): Promise<RunningEngine> {
  const { workplace, report } = options;
  const claim = await claimEngine(workplace.state, report);
  const started: (() => Promise<void>)[] = [() => claim.release()];
  const stop = async (): Promise<void> => {
    for (const end of started.splice(0).reverse()) await end();
  };
  try {
    // A file that does not load is told at once, and not by a worker that dies of it again and again.
    const plans = await plansOf(options);
    const server = namesTemporal() ? undefined : await ownTemporal(options);
    if (server !== undefined) started.push(() => (options.isBrief ? killed(server) : server.stop()));
    const { client, connection, address, namespace } = await connectTemporal(server?.address, process.env, {
      withinMs: server === undefined ? foreignMs : ownMs,
      report,
    });
    const children = startRoles(options, address, server !== undefined);
    const { givenUp, isGivenUp } = lookedAfter(children.values(), server);
    // A question that waits for a process that was given up fails with the server; on a closed connection it ends this process.
    started.push(async () => (isGivenUp() ? undefined : closed(connection)));
    started.push(() => stopRoles(children));
    const uiUrl = server?.uiUrl ?? null;
    const write = (pid: number | null) =>
      writeEngine(workplace.state, { address, namespace, uiUrl, pid, store: workplace.storeLocation, plans });
    await write(server?.pid ?? null);
    server?.onRestart((pid) => void write(pid));
    return { client, address, uiUrl, children, givenUp, stop, kill: () => killAll(children, server) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Lends an engine to a command: the one that runs on this state, or one of its own for as long as the command works.
 */
export async function withEngine<T>(
  options: EngineOptions,
  work: (client: Client, uiUrl: string | null) => Promise<T>,
): Promise<T> {
  const { workplace, report } = options;
  const running = await attachable(workplace.state, report);
  if (running !== undefined) return asGuest(options, running, work);
  const engine = await briefEngine(options);
  if (engine === undefined) return withEngine(options, work);
  try {
    return await Promise.race([work(engine.client, engine.uiUrl), engine.givenUp]);
  } finally {
    await clearEngine(workplace.state);
    await whenGuestsLeft(workplace.state, report);
    await engine.stop();
  }
}

/** Undefined where another command began to start one in this very moment. */
async function briefEngine(options: EngineOptions): Promise<RunningEngine | undefined> {
  try {
    return await startEngine({ ...options, isBrief: true });
  } catch (error) {
    if (error instanceof WhetError && error.code === 'engine.already-running') return undefined;
    throw error;
  }
}

/** The engine that runs on the state; undefined if none does. One that is starting or stopping is waited for. */
async function attachable(state: string, report: Report): Promise<Engine | undefined> {
  for (let told = false; ; told = true) {
    const running = await readEngine(state);
    if (running !== undefined) return running;
    const owner = await engineOwner(state);
    if (owner === undefined) return undefined;
    if (!told) report(`waiting for the engine of process ${owner}, which is starting or stopping`);
    await pause(100);
  }
}

/** Uses a running engine. Should it have ended in the very moment of joining, the search for one starts again. */
async function asGuest<T>(
  options: EngineOptions,
  running: Engine,
  work: (client: Client, uiUrl: string | null) => Promise<T>,
): Promise<T> {
  requireSameStore(options.workplace, running);
  await tellChanges(options, running);
  const leave = await joinAsGuest(options.workplace.state);
  try {
    if ((await readEngine(options.workplace.state)) === undefined)
      return await leave().then(() => withEngine(options, work));
    const patience = { withinMs: ownMs, report: options.report };
    const { client, connection } = await connectTemporal(running.address, process.env, patience);
    return await work(client, running.uiUrl).finally(() => closed(connection));
  } finally {
    await leave();
  }
}

/** A command would not find what an engine on another store writes. */
function requireSameStore({ storeLocation }: Workplace, { store, owner }: Engine): void {
  if (store === storeLocation) return;
  throw new WhetError('engine.already-running', {
    expected: `an engine on the store ${storeLocation}`,
    came: `the engine of process ${owner} on ${store}`,
    todo: 'Set WHET_STORE as it is set for the engine, or end the engine with Ctrl-C first.',
  });
}

/** It would work by what it loaded, and say nothing of it. */
async function tellChanges(options: EngineOptions, { plans, owner }: Engine): Promise<void> {
  const changes = changedPlans(plans, await plansOf(options));
  if (changes === undefined) return;
  options.report(
    `pipelines/ is not what the engine of process ${owner} works by: ${changes}. End it with Ctrl-C and start it again`,
  );
}

/** Those that its pipeline worker will load; none where it has no such worker. Throws as `loadCatalogue`. */
async function plansOf({ roles, workplace }: EngineOptions): Promise<LoadedPlans> {
  return roles.includes('pipeline') ? loadedPlans(workplace.folder) : {};
}

async function ownTemporal({ workplace, port, uiPort, report, isBrief }: EngineOptions): Promise<KeptTemporal> {
  const binary = await findTemporal(report);
  const databaseFile = join(workplace.state, 'temporal.db');
  const logFile = join(workplace.state, 'temporal.log');
  const bound = isBrief ? { mostStarts } : {};
  return keepTemporal({ binary, databaseFile, port, uiPort, logFile, report, ...bound });
}

function startRoles(
  { roles, workplace, argumentsOf, isBrief = false, onLine = () => undefined }: EngineOptions,
  address: string,
  isOwnServer: boolean,
): Map<EngineRole, Supervised> {
  const entry = new URL(`../cli/whet${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const children = roles.map((role) => {
    const brief = isBrief ? ['--brief'] : [];
    const args = ['worker', role, '--address', address, ...brief, ...(argumentsOf?.(role) ?? [])];
    const own = { WHET_STATE: workplace.state, WHET_STORE: workplace.storeLocation };
    const lean =
      role === 'serving'
        ? { nodeArgs: leanNodeArgs, env: { ...leanEnvironment, ...process.env, ...own } }
        : { env: own };
    // Its Temporal is looked after here.
    const isExcused = ({ code }: Exit) => isOwnServer && code === catalogue['temporal.unreachable'].exit;
    const kept = { restart: true, isPatient: !isBrief, isExcused, onLine };
    return [role, superviseProcess({ name: role, entry, args, ...lean, ...kept })] as const;
  });
  return new Map(children);
}

/** Nobody need wait for one that is given up. */
function lookedAfter(
  children: Iterable<Supervised>,
  server: KeptTemporal | undefined,
): { givenUp: Promise<never>; isGivenUp: () => boolean } {
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  for (const child of children) child.onGivenUp(reject);
  server?.onGivenUp(reject);
  let known = false;
  givenUp.catch(() => {
    known = true;
  });
  return { givenUp, isGivenUp: () => known };
}

async function stopRoles(children: ReadonlyMap<EngineRole, Supervised>): Promise<void> {
  await Promise.all([...children].map(([role, child]) => child.stop({ graceMs: stopMs[role] })));
}

/**
 * Asked to end it waits a second for calls that are open, its own among them. Once the workers have ended nothing is under way,
 * and what it has answered is in its file, which outlives a kill (write-ahead logging).
 */
async function killed(server: KeptTemporal): Promise<void> {
  server.kill();
  await server.exited;
}

function killAll(children: ReadonlyMap<EngineRole, Supervised>, server: KeptTemporal | undefined): void {
  for (const child of children.values()) child.kill();
  server?.kill();
}

async function closed(connection: Connection): Promise<void> {
  await connection.close();
}
