import { access, chmod, constants, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { WhetError } from '../../core/errors.ts';
import { userCache } from '../../storage/userCache.ts';
import type { RunCommand } from '../runCommand.ts';
import { whileAlone } from '../whileAlone.ts';
import { buildTemporal } from './buildTemporal.ts';
import { downloadTemporal, officialUrls } from './downloadTemporal.ts';
import { pinnedVersion, temporalVersion } from './temporalVersion.ts';

/** What finding depends on; each has a default that fits this machine. */
export interface FindInputs {
  /** Folders to look for `temporal` in, as in the environment's PATH. */
  readonly path?: string;
  readonly cache?: string;
  readonly urls?: readonly string[];
  readonly fetch?: typeof fetch;
  readonly connectTimeoutMs?: number;
  readonly run?: RunCommand;
  readonly progressEveryMs?: number;
}

/**
 * The path of a `temporal` binary that runs: the one on the PATH, the cached copy, the official download, or a build
 * from the pinned Go module; the last two end in the cache. Reports the outcome of each step.
 * Throws `temporal.unavailable` with all that was tried.
 */
export async function findTemporal(report: (line: string) => void, inputs: FindInputs = {}): Promise<string> {
  const tried: string[] = [];
  const failed = (step: string, why: string): undefined => {
    tried.push(`${step}: ${why}`);
    report(`${step}: ${why}`);
  };
  const found = (await onPath(report, failed, inputs)) ?? (await inCache(report, failed, inputs));
  if (found !== undefined) return found;
  return whileAlone(cacheOf(inputs), 'getting Temporal', report, async () => {
    await removeRemains(cacheOf(inputs));
    const made = (await inCache(report, () => undefined, inputs)) ?? (await loadedOrBuilt(report, failed, inputs));
    if (made !== undefined) return made;
    throw new WhetError('temporal.unavailable', {
      expected: 'a temporal command',
      came: `none (${tried.join(' · ')})`,
    });
  });
}

/** As `findTemporal`, among what this machine has: a sentence, or undefined where there is none. */
export async function temporalOnMachine(inputs: FindInputs = {}): Promise<string | undefined> {
  const told: string[] = [];
  const [report, failed] = [(line: string) => void told.push(line), () => undefined];
  const found = (await onPath(report, failed, inputs)) ?? (await inCache(report, failed, inputs));
  return found === undefined ? undefined : told.at(-1);
}

type Failed = (step: string, why: string) => undefined;
type Report = (line: string) => void;

async function onPath(
  report: Report,
  failed: Failed,
  { path = process.env.PATH ?? '' }: FindInputs,
): Promise<string | undefined> {
  const candidates = path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'temporal'));
  for (const binary of candidates) {
    if (!(await isExecutable(binary))) continue;
    const { works, text } = await temporalVersion(binary);
    if (works) {
      report(`Temporal on the PATH: ${binary} (${text})`);
      return binary;
    }
    failed(`Temporal on the PATH, ${binary}`, text);
  }
  return failed('Temporal on the PATH', 'no temporal command that can be used');
}

async function inCache(report: Report, failed: Failed, inputs: FindInputs): Promise<string | undefined> {
  const binary = cachedBinary(inputs);
  if (!(await isExecutable(binary))) return failed('cached Temporal', `nothing at ${binary}`);
  const { works, text } = await temporalVersion(binary);
  if (!works) return failed(`cached Temporal, ${binary}`, text);
  report(`cached Temporal: ${binary} (${text})`);
  return binary;
}

async function loadedOrBuilt(report: Report, failed: Failed, inputs: FindInputs): Promise<string | undefined> {
  const { urls = officialUrls(), progressEveryMs } = inputs;
  const rest = {
    report,
    ...given('fetch', inputs.fetch),
    ...given('run', inputs.run),
    ...given('progressEveryMs', progressEveryMs),
  };
  const timeout = given('connectTimeoutMs', inputs.connectTimeoutMs);
  const loading =
    urls.length === 0 ? undefined : (folder: string) => downloadTemporal({ folder, urls, ...rest, ...timeout });
  if (loading === undefined) failed('official download', `none exists for ${process.platform} on ${process.arch}`);
  const loaded = loading && (await intoCache('official download', loading, report, failed, inputs));
  return (
    loaded ??
    intoCache('build from the Go module', (folder) => buildTemporal({ folder, ...rest }), report, failed, inputs)
  );
}

/** Makes a binary in a folder beside the cache, sees that it runs, and moves it into its place at once. */
async function intoCache(
  step: string,
  make: (folder: string) => Promise<string>,
  report: Report,
  failed: Failed,
  inputs: FindInputs,
): Promise<string | undefined> {
  const folder = await mkdtemp(join(cacheOf(inputs), 'new-'));
  try {
    const binary = await make(folder);
    await chmod(binary, 0o755);
    const { works, text } = await temporalVersion(binary);
    if (!works) return failed(step, `the binary ${text}`);
    await rename(binary, cachedBinary(inputs));
    report(`${step}: done, kept at ${cachedBinary(inputs)} (${text})`);
    return cachedBinary(inputs);
  } catch (error) {
    return failed(step, error instanceof Error ? error.message : String(error));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Folders of a download or build that was killed. */
async function removeRemains(cache: string): Promise<void> {
  const remains = (await readdir(cache)).filter((name) => name.startsWith('new-'));
  await Promise.all(remains.map((name) => rm(join(cache, name), { recursive: true, force: true })));
}

function cacheOf({ cache = userCache('temporal') }: FindInputs): string {
  return cache;
}

function cachedBinary(inputs: FindInputs): string {
  return join(cacheOf(inputs), `temporal-${pinnedVersion}`);
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** A property only where there is a value: an optional property may be left out, not be undefined. */
function given<K extends string, T>(key: K, value: T | undefined): { [name in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [name in K]: T });
}
