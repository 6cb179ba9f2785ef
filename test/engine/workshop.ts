import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RunRecord } from '../../core/run.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { openStore } from '../../storage/openStore.ts';

const root = resolve(import.meta.dirname, '../..');
const whetFile = join(root, 'cli/whet.ts');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of a user's: one pipeline file, and the command `whet` run in it as a user runs it. */
export interface Workshop {
  readonly folder: string;
  readonly store: ObjectStore;
  whet(...args: string[]): Promise<Ended>;
  /** The same on another state folder. */
  whetOn(state: string, ...args: string[]): Promise<Ended>;
  /** `whet retrain small-flights --as-of … --json`, parsed. */
  retrain(asOf: string): Promise<RunRecord>;
  /** Starts `whet up` and waits until it serves. */
  up(...args: string[]): Promise<RunningUp>;
  close(): Promise<void>;
}

export interface RunningUp {
  readonly process: ChildProcess;
  /** All that it printed so far. */
  said(): string;
  /** Ctrl-C; its exit code. */
  stop(): Promise<number | null>;
}

/**
 * Below the repository, so that `whetstone` and `zod` are found, in a folder that git ignores. Its store lies in its
 * state folder unless a location is given.
 */
export async function openWorkshop(overrides: object = {}, store?: string): Promise<Workshop> {
  await mkdir(join(root, '.whet'), { recursive: true });
  const folder = await mkdtemp(join(root, '.whet', 'workshop-'));
  await mkdir(join(folder, 'pipelines'));
  const source = `import { smallFlights } from '${root}/test/pipelines/smallFlights.ts';\nexport const small = smallFlights(${JSON.stringify(overrides)});\n`;
  await writeFile(join(folder, 'pipelines/small.ts'), source);
  const running = new Set<RunningUp>();
  const whet = (...args: string[]): Promise<Ended> => ended(start(folder, args, store));
  return {
    folder,
    store: openStore(store ?? join(folder, '.whet/store'), join(folder, '.whet/copies')),
    whet,
    whetOn: (state, ...args) => ended(start(folder, args, store, state)),
    async retrain(asOf) {
      const { code, stdout, stderr } = await whet('retrain', 'small-flights', '--as-of', asOf, '--json');
      if (stdout === '') throw new Error(`whet retrain ended with ${code}: ${stderr}`);
      return JSON.parse(stdout);
    },
    async up(...args) {
      const up = await serving(start(folder, ['up', ...args], store));
      running.add(up);
      return up;
    },
    async close() {
      await Promise.all([...running].map((up) => up.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function start(folder: string, args: readonly string[], store?: string, state?: string): ChildProcess {
  const { WHET_STATE: _state, WHET_STORE: _store, ...ours } = process.env;
  const places = { ...(store === undefined ? {} : { WHET_STORE: store }), ...(state && { WHET_STATE: state }) };
  const env = { ...ours, ...places };
  return spawn(process.execPath, [whetFile, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

function ended(child: ChildProcess): Promise<Ended> {
  const [stdout, stderr] = [collected(child.stdout), collected(child.stderr)];
  return new Promise((settle, fail) => {
    child.on('error', fail);
    child.on('close', (code) => settle({ code, stdout: stdout(), stderr: stderr() }));
  });
}

function serving(child: ChildProcess): Promise<RunningUp> {
  const [stdout, stderr] = [collected(child.stdout), collected(child.stderr)];
  const exit = new Promise<number | null>((settle) => child.on('close', settle));
  const said = (): string => `${stdout()}\n${stderr()}`;
  const stop = (): Promise<number | null> => {
    child.kill('SIGINT');
    return exit;
  };
  return new Promise((settle, fail) => {
    child.stderr?.on('data', () => {
      if (stderr().includes('serving until Ctrl-C')) settle({ process: child, said, stop });
    });
    void exit.then((code) => fail(new Error(`whet up ended with ${code}: ${said()}`)));
  });
}

function collected(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: string[] = [];
  stream?.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  return () => chunks.join('');
}
