import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundle } from '@temporalio/worker';
import { temporaryPath } from '../storage/temporaryPath.ts';
import { userCache } from '../storage/userCache.ts';

/**
 * The engine's workflows as a worker takes them. To bundle them takes a second: a bundle is kept in the user's cache under
 * the digest of all that goes into it, for every process that starts with the same.
 */
export async function bundleWorkflows(entry: URL = ownEntry()): Promise<WorkflowBundle> {
  const digest = await digestOfSources(entry);
  const path = join(userCache('workflows'), `${digest}.js`);
  const kept = await readFile(path, 'utf8').catch(unlessMissing);
  if (kept !== undefined) {
    await utimes(path, new Date(), new Date()).catch(unlessMissing);
    return { code: kept };
  }
  const { code } = await bundleWorkflowCode({ workflowsPath: fileURLToPath(entry), logger: quiet });
  // Where nothing can be kept it is bundled each time; what was edited meanwhile is another bundle.
  if ((await digestOfSources(entry)) === digest) await keep(path, code).catch(() => undefined);
  return { code };
}

/** The sources as they are, or the JavaScript of the published package. */
function ownEntry(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`../workflows/workflows.${extension}`, import.meta.url);
}

/** Of the SDK, and of all files that a workflow can import: those beside it, and in `workflows` and `core`. */
async function digestOfSources(entry: URL): Promise<string> {
  const own = dirname(fileURLToPath(entry));
  const folders = new Set([own, join(own, '../workflows'), join(own, '../core')]);
  const hash = createHash('sha256').update(JSON.stringify([fileURLToPath(entry), sdkVersion()]));
  for (const folder of folders) {
    const paths = (await readdir(folder, { recursive: true })).filter((path) => /\.[jt]s$/.test(path)).sort();
    const texts = await Promise.all(paths.map((path) => readFile(join(folder, path), 'utf8')));
    hash.update(JSON.stringify(paths.map((path, at) => [path, texts[at]])));
  }
  return hash.digest('hex');
}

function sdkVersion(): string {
  return createRequire(import.meta.url)('@temporalio/worker/package.json').version;
}

/** Whole or not at all. Bundles that nobody used for a week go. */
async function keep(path: string, code: string): Promise<void> {
  const folder = dirname(path);
  const half = await temporaryPath(folder, 'half-');
  await writeFile(half, code);
  await rename(half, path);
  for (const name of await readdir(folder)) {
    const found = await stat(join(folder, name)).catch(unlessMissing);
    const isUnused = found !== undefined && Date.now() - found.mtimeMs > unusedMs;
    if (isUnused && name !== basename(path)) await rm(join(folder, name), { force: true });
  }
}

const unusedMs = 7 * 86_400_000;

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** The bundler tells sizes and times; only its warnings are worth a line. */
const quiet = {
  log: () => undefined,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: (message: string) => process.stderr.write(`${message}\n`),
  error: (message: string) => process.stderr.write(`${message}\n`),
};
