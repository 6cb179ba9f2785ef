import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { installableBackends, installationFolder, readInstallation } from '../../models/backends/installation.ts';
import { type InstallInputs, installBackend } from '../../workers/backends/installBackend.ts';
import { patchForNode } from '../../workers/backends/patchForNode.ts';
import { type RunCommand, runCommand } from '../../workers/runCommand.ts';

const version = installableBackends['tfjs-node'];
let cache: string;
let told: string[];
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'whet-backend-'));
  told = [];
});
afterEach(() => rm(cache, { recursive: true, force: true }));

const installedHere = await readInstallation(installationFolder('tfjs-node'));

describe('an installation that is here', () => {
  test.skipIf(installedHere === undefined)('is proved by a training run and left as it is', async () => {
    const { run, commands } = counted(runCommand);
    const done = await install({ cache: dirname(installationFolder('tfjs-node')), run });
    expect(done).toMatchObject({ ...installedHere, wasThere: true, backend: 'tfjs-node', version });
    expect(Math.abs(done.proof.loss - done.proof.plainLoss)).toBeLessThan(1e-3);
    expect(commands).toEqual([]);
  });

  test.skipIf(installedHere !== undefined)('is tested after: whet backend install tfjs-node', () => {});
});

test('a machine without npm, a compiler or Python is told what to install', async () => {
  await expect(install({ run: on('') })).rejects.toThrow(
    /backend.install-failed: .* came no npm on the PATH\. Install npm/,
  );
  await packagesAreThere();
  await expect(install({ run: on('') })).rejects.toThrow(/came no g\+\+ on the PATH\. Install a C\+\+ compiler/);
  const compiler = join(cache, 'bin');
  await mkdir(compiler);
  await symlink('/bin/true', join(compiler, 'g++'));
  await expect(install({ run: on(compiler) })).rejects.toThrow(/came no python3 on the PATH\. Install Python with pip/);
  expect(await readInstallation(folder())).toBeUndefined();
});

test('what a command says is told with what to do', async () => {
  await packagesAreThere();
  const run = answering((_, args) => (args.includes('download') ? { code: 1, tail: 'No matching dist' } : fine));
  await expect(install({ run })).rejects.toThrow(
    /expected python3 -m pip download to work, but came exit code 1: No matching dist\. See that pip can reach a Python index\. Then type the command again/,
  );
});

test('an interrupted run goes on where it stopped: packages and libraries that are there are not loaded again', async () => {
  await packagesAreThere();
  await mkdir(join(folder(), 'native'));
  const asked: string[] = [];
  const run = answering((command, args) => {
    asked.push([command, ...args].join(' '));
    return { code: 1, tail: 'a header is missing' };
  });
  await expect(install({ run })).rejects.toThrow(/a header is missing\. Install a compiler that knows C\+\+17/);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatch(/^g\+\+ -O2 .*binding\/tfjs_backend\.cc .*-ltensorflow/);
  expect(told).toContain('libraries: the Python wheel tensorflow-cpu 2.15.1 is there');
});

test("where the package's own download can be reached, it is taken; one that fails falls back to the wheel", async () => {
  await packagesAreThere();
  const asked: string[] = [];
  const run = answering((command, args) => {
    asked.push([command, ...args].join(' '));
    return command === 'npm' ? { code: 1, tail: 'node-pre-gyp failed' } : { code: 127, tail: '' };
  });
  const reachable: typeof fetch = async () => new Response(null);
  await expect(install({ run, fetch: reachable })).rejects.toThrow(/no g\+\+/);
  expect(asked).toEqual(['npm rebuild @tensorflow/tfjs-node --ignore-scripts=false', 'g++ --version']);
  expect(told).toContain('its own download: ended with 1: node-pre-gyp failed');
});

test('two at once: one installs, the other waits for it', async () => {
  await packagesAreThere();
  const waiting = `waiting for process ${process.pid}, which is installing tfjs-node`;
  let running = 0;
  const run: RunCommand = async () => {
    running += 1;
    expect(running).toBe(1);
    await vi.waitUntil(() => told.some((line) => line.includes(waiting)));
    running -= 1;
    return { code: 1, tail: 'broken' };
  };
  const [one, two] = await Promise.allSettled([install({ run }), install({ run })]);
  expect([one?.status, two?.status]).toEqual(['rejected', 'rejected']);
});

test('calls of functions that Node has no more are written out, once', async () => {
  await packagesAreThere();
  const file = join(packages(), 'dist/kernels/TopK.js');
  await patchForNode(stepIn(folder()));
  const once = await readFile(file, 'utf8');
  await patchForNode(stepIn(folder()));
  expect(once).toBe('x = ((value) => value == null)(k) || Array.isArray(k);');
  expect(await readFile(file, 'utf8')).toBe(once);
});

function install(inputs: InstallInputs) {
  const unreachable: typeof fetch = async () => {
    throw new TypeError('fetch failed', { cause: new Error('ENOTFOUND') });
  };
  return installBackend('tfjs-node', (line) => void told.push(line), { cache, fetch: unreachable, ...inputs });
}

function folder(): string {
  return installationFolder('tfjs-node', cache);
}

function packages(): string {
  return join(folder(), 'node_modules/@tensorflow/tfjs-node');
}

/** What `npm ci` leaves, as far as later steps look at it. */
async function packagesAreThere(): Promise<void> {
  for (const inner of ['dist/kernels', 'binding']) await mkdir(join(packages(), inner), { recursive: true });
  const list = { packages: { 'node_modules/@tensorflow/tfjs-node': { version } } };
  await writeFile(join(folder(), 'node_modules/.package-lock.json'), JSON.stringify(list));
  await writeFile(join(packages(), 'binding/tfjs_backend.cc'), '');
  for (const name of ['nodejs_kernel_backend.js', 'kernels/TopK.js'])
    await writeFile(join(packages(), 'dist', name), 'x = (0, util_1.isNullOrUndefined)(k) || (0, util_1.isArray)(k);');
}

/** Commands as on a machine with nothing on its PATH but this folder. */
function on(path: string): RunCommand {
  return (command, args, options) => runCommand(command, args, { ...options, env: { ...options.env, PATH: path } });
}

const fine = { code: 0, tail: '' };

function answering(answer: (command: string, args: readonly string[]) => typeof fine): RunCommand {
  return async (command, args) => answer(command, args);
}

function counted(inner: RunCommand): { run: RunCommand; commands: string[] } {
  const commands: string[] = [];
  const run: RunCommand = (command, args, options) => {
    commands.push(command);
    return inner(command, args, options);
  };
  return { run, commands };
}

function stepIn(folderOf: string) {
  const report = (line: string): void => void told.push(line);
  return { name: 'tfjs-node', folder: folderOf, run: runCommand, fetch, report } as const;
}
