import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { userCache } from '../../storage/userCache.ts';
import { claim } from '../../workers/claim.ts';
import { freePort } from '../../workers/freePort.ts';
import { type RunCommand, runCommand } from '../../workers/runCommand.ts';
import { officialUrls } from '../../workers/temporal/downloadTemporal.ts';
import { type FindInputs, findTemporal } from '../../workers/temporal/findTemporal.ts';
import { isKnownToWork } from '../../workers/temporal/temporalVersion.ts';

const good = 'temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)';
const old = 'temporal version 1.2.0 (Server 1.26.2, UI 2.34.0)';
let root: string;
let folder: string;
let lines: string[];
let site: Server;
let base: string;
let requests: string[];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'whet-find-'));
  const archive = await archiveOf(good);
  site = createServer((request, response) => {
    requests.push(String(request.url));
    if (request.url === '/missing') response.writeHead(404).end();
    else if (request.url === '/broken') response.end('no archive');
    else if (request.url === '/archive') response.end(archive);
    // '/silent' is never answered.
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  base = `http://127.0.0.1:${(site.address() as { port: number }).port}`;
});

afterAll(async () => {
  site.closeAllConnections();
  site.close();
  await rm(root, { recursive: true, force: true });
});

beforeEach(async () => {
  folder = await mkdtemp(join(root, 'case-'));
  lines = [];
  requests = [];
});

describe('findTemporal', () => {
  test('takes the one on the PATH', async () => {
    const binary = await fakeBinary(join(folder, 'bin', 'temporal'), good);
    expect(await find({ path: `${join(folder, 'nothing')}:${join(folder, 'bin')}` })).toBe(binary);
    expect(lines).toEqual([`Temporal on the PATH: ${binary} (${good})`]);
  });

  test('passes over one that is too old or does not run, and takes the cached copy', async () => {
    await fakeBinary(join(folder, 'old', 'temporal'), old);
    await fakeBinary(join(folder, 'broken', 'temporal'), good, 3);
    const cached = await fakeBinary(join(folder, 'cache', 'temporal-1.8.2'), good);
    expect(await find({ path: `${join(folder, 'old')}:${join(folder, 'broken')}` })).toBe(cached);
    expect(lines.join('\n')).toMatch(/old\/temporal: is too old.*1\.2\.0/);
    expect(lines.join('\n')).toMatch(/broken\/temporal: does not run/);
  });

  test('downloads from the first address that has it, into the cache, once', async () => {
    const found = await find({ urls: [`${base}/missing`, `${base}/broken`, `${base}/archive`] });
    expect(found).toBe(join(folder, 'cache', 'temporal-1.8.2'));
    expect(execFileSync(found).toString().trim()).toBe(good);
    expect(lines.at(-1)).toMatch(/^official download: done/);
    expect(await find({ urls: [`${base}/archive`] })).toBe(found);
    expect(requests).toEqual(['/missing', '/broken', '/archive']);
    expect(await readdir(join(folder, 'cache', 'claims'))).toEqual([]);
  });

  test('replaces a damaged cached copy', async () => {
    await fakeBinary(join(folder, 'cache', 'temporal-1.8.2'), good, 1);
    await mkdir(join(folder, 'cache', 'new-left'));
    const found = await find({ urls: [`${base}/archive`] });
    expect(execFileSync(found).toString().trim()).toBe(good);
    expect((await readdir(join(folder, 'cache'))).sort()).toEqual(['claims', 'temporal-1.8.2']);
  });

  test('moves on soon from an address that does not answer, and builds from the pinned module', async () => {
    const ran: string[][] = [];
    const run: RunCommand = async (command, args, { cwd, onLine }) => {
      ran.push([command, ...args]);
      expect(await readFile(join(cwd, 'go.mod'), 'utf8')).toContain('github.com/temporalio/cli v1.8.2');
      expect(await readFile(join(cwd, 'go.sum'), 'utf8')).toContain('github.com/temporalio/cli v1.8.2');
      for (let told = 0; told < 3; told = lines.filter((line) => line.startsWith('building Temporal: ')).length) {
        onLine?.('go.temporal.io/server/common');
        await new Promise(setImmediate);
      }
      await fakeBinary(join(cwd, 'temporal'), 'temporal version 0.0.0-DEV (Server 1.31.2, UI 2.50.1)');
      return { code: 0, tail: '' };
    };
    const found = await find({ urls: [`${base}/silent`], connectTimeoutMs: 100, run, progressEveryMs: 10 });
    expect(found).toBe(join(folder, 'cache', 'temporal-1.8.2'));
    const command = 'go build -v -trimpath -ldflags "-s -w" -o temporal github.com/temporalio/cli/cmd/temporal';
    expect(ran.map((words) => words.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' '))).toEqual([
      command,
    ]);
    expect(lines.join('\n')).toMatch(/no answer within 0\.1 s/);
    expect(lines.join('\n')).toMatch(/building Temporal: \d+ s, \d+ packages compiled, at go\.temporal\.io/);
  });

  test('tells all that was tried, and what to do', async () => {
    const run: RunCommand = (_, args, options) => runCommand('no-such-command', args, options);
    const failing = find({ urls: [`${base}/missing`, `http://127.0.0.1:${await freePort()}/archive`], run });
    await expect(failing).rejects.toMatchObject({ code: 'temporal.unavailable' });
    const message = await failing.catch((error: Error) => error.message);
    for (const part of [
      'on the PATH: no',
      'cached Temporal: nothing',
      'HTTP 404',
      'ECONNREFUSED',
      'no go command',
      'TEMPORAL_ADDRESS',
    ])
      expect(message).toContain(part);
    expect((await readdir(join(folder, 'cache'))).sort()).toEqual(['claims']);
  });

  test('tells what go said when the build fails', async () => {
    const run: RunCommand = (_, __, options) =>
      runCommand('sh', ['-c', 'echo "go: no such module" >&2; exit 1'], options);
    await expect(find({ urls: [], run })).rejects.toThrow(/go build ended with 1: go: no such module/);
  });

  test('waits while another process gets it, and says so', async () => {
    const other = await claim(join(folder, 'cache', 'claims'));
    const finding = find({ urls: [`${base}/archive`] });
    await vi.waitFor(() => expect(lines).toContain(`waiting for process ${process.pid}, which is getting Temporal`));
    const cached = await fakeBinary(join(folder, 'cache', 'temporal-1.8.2'), good);
    if (other.kind === 'held') await other.release();
    expect(await finding).toBe(cached);
    expect(requests).toEqual([]);
  });

  test('is asked twice at once and loads once', async () => {
    const inputs = { urls: [`${base}/archive`] };
    const [one, other] = await Promise.all([find(inputs), find(inputs)]);
    expect(one).toBe(other);
    expect(requests).toEqual(['/archive']);
  });
});

test.each([
  [good, true],
  [old, false],
  ['temporal version 1.3.0 (Server 1.27.1, UI 2.36.0)', true],
  ['temporal version 0.0.0-DEV (Server 1.31.2, UI 2.50.1)', true],
  ['temporal version 0.0.0-DEV (Server 1.20.0, UI 2.10.0)', false],
  ['temporal version 2.0.0', true],
  ['tctl 1.18', false],
])('%s: known to work is %s', (text, works) => {
  expect(isKnownToWork(text)).toBe(works);
});

test('an archive is named for this kind of machine, and none for others', () => {
  expect(officialUrls('darwin', 'arm64')[0]).toBe(
    'https://temporal.download/cli/archive/v1.8.2?platform=darwin&arch=arm64',
  );
  expect(officialUrls('linux', 'x64')[1]).toMatch(/v1\.8\.2\/temporal_cli_1\.8\.2_linux_amd64\.tar\.gz$/);
  expect(officialUrls('aix', 'x64')).toEqual([]);
  expect(officialUrls('linux', 'riscv64')).toEqual([]);
});

test('the cache lies where the system keeps such things', () => {
  expect(userCache('temporal', { XDG_CACHE_HOME: '/somewhere' }, 'linux')).toBe('/somewhere/whetstone/temporal');
  expect(userCache('temporal', { XDG_CACHE_HOME: 'relative' }, 'linux')).toBe(
    join(homedir(), '.cache/whetstone/temporal'),
  );
  expect(userCache('temporal', {}, 'darwin')).toBe(join(homedir(), 'Library/Caches/whetstone/temporal'));
});

function find(inputs: FindInputs): Promise<string> {
  const report = (line: string): void => void lines.push(line);
  return findTemporal(report, { path: '', cache: join(folder, 'cache'), urls: [], ...inputs });
}

/** A program that says this version. */
async function fakeBinary(path: string, version: string, exitCode = 0): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho '${version}'\nexit ${exitCode}\n`);
  await chmod(path, 0o755);
  return path;
}

async function archiveOf(version: string): Promise<Buffer> {
  const content = join(root, 'archive');
  await fakeBinary(join(content, 'temporal'), version);
  await writeFile(join(content, 'LICENSE'), 'free');
  execFileSync('tar', ['-czf', join(root, 'archive.tar.gz'), '-C', content, 'LICENSE', 'temporal']);
  return readFile(join(root, 'archive.tar.gz'));
}
