import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';

/** What is loaded by its path: by users, as a process or as a thread. Temporal bundles the workflows itself. */
const entries = [
  'index.js',
  'serving/openScorer.js',
  'serving/client.js',
  'models/learners/learnerPort.js',
  'cli/whet.js',
  'datasets/plain/plainThread.js',
  'serving/variantThread.js',
  'models/trialProcess.js',
  'models/backends/backendProcess.js',
  'workers/backends/proofProcess.js',
];

/**
 * Joins the compiled modules of a package into few files: finding and opening three hundred takes longer than a short
 * command's own work. An entry stays where it is, as a line that loads the joined one. Other packages stay outside.
 */
export async function joinModules(dist: string): Promise<void> {
  const input = Object.fromEntries(entries.map((entry) => [basename(entry, '.js'), join(dist, entry)]));
  const isOther = (id: string): boolean => !id.startsWith('.') && !id.startsWith(dist);
  const bundle = await rolldown({ input, platform: 'node', external: isOther, plugins: [ownPlaces(dist)] });
  await bundle.write({ dir: join(dist, folder), format: 'esm' });
  await bundle.close();
  removeJoined(dist);
  for (const entry of entries) writeFileSync(join(dist, entry), lineOf(entry));
}

const folder = 'joined';

/** A module that looks for a file beside itself looks where it was before it was joined. */
function ownPlaces(dist: string): Plugin {
  return {
    name: 'own places',
    transform(code, id) {
      if (!id.startsWith(dist) || !code.includes('import.meta.url')) return null;
      requireEntries(dist, id, code);
      const place = `../${relative(dist, id).split(sep).join('/')}`;
      return code.replaceAll('import.meta.url', `new URL('${place}', import.meta.url).href`);
    },
  };
}

/** What a module loads by a path whose extension is that of the sources or of the build. */
function requireEntries(dist: string, id: string, code: string): void {
  for (const [, path = ''] of code.matchAll(/new URL\(`([\w./]*\w)\.?\$\{/g)) {
    const entry = relative(dist, join(dirname(id), `${path}.js`));
    if (!entries.includes(entry) && !kept.includes(entry.split(sep)[0] ?? ''))
      throw new Error(`expected ${entry}, which ${relative(dist, id)} loads by its path, among the entries`);
  }
}

/** Workflows and what they import stay as they are. */
const kept = [folder, 'workflows', 'core'];

function removeJoined(dist: string): void {
  for (const path of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const [room = ''] = path.split(sep);
    if (path.endsWith('.js') && !kept.includes(room)) rmSync(join(dist, path));
  }
}

function lineOf(entry: string): string {
  const joined = relative(dirname(entry), join(folder, basename(entry)))
    .split(sep)
    .join('/');
  const from = joined.startsWith('.') ? joined : `./${joined}`;
  return `${entry === 'cli/whet.js' ? '#!/usr/bin/env node\n' : ''}export * from '${from}';\n`;
}
