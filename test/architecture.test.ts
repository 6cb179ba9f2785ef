import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** Which rooms and packages each room may import; `type:` marks rooms whose types alone may be imported. */
const data = ['core', 'storage'];
const mayImport: Record<string, readonly string[]> = {
  // One package that is pure: it measures how far two names are apart.
  core: ['npm:fastest-levenshtein'],
  words: ['core', 'npm:zod'],
  storage: ['core'],
  datasets: data,
  features: [...data, 'datasets'],
  models: [...data, 'datasets', 'features'],
  registry: data,
  monitoring: [...data, 'datasets', 'features', 'models', 'registry'],
  upkeep: [...data, 'datasets', 'features', 'models', 'registry'],
  serving: [...data, 'registry', 'models/scorers'],
  activities: [...data, 'datasets', 'features', 'models', 'registry', 'upkeep', 'monitoring', 'serving'],
  workflows: ['core', 'type:activities', 'npm:@temporalio/workflow', 'npm:@temporalio/common'],
  pipelines: ['npm:whetstone', 'npm:zod'],
  'index.ts': ['words'],
};
const anywhere = new Set(['workers', 'cli', 'bench', 'test', 'tools', 'vitest.config.ts']);
const forbiddenNames = /^(utils?|common|helpers?|misc|managers?|services?)$/i;

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = sourcesBelow(root);
const imports = files.flatMap(importsOf);

describe('the architecture', () => {
  test('every source lies in a room that the rules know', () => {
    const unknown = files.map(roomOf).filter((room) => !(room in mayImport) && !anywhere.has(room));
    expect([...new Set(unknown)]).toEqual([]);
  });

  test('rooms import only what they may', () => {
    const broken = imports.filter((found) => !isAllowed(found)).map((found) => `${found.from} imports ${found.to}`);
    expect(broken).toEqual([]);
  });

  test('nothing imports in a circle', () => {
    expect(firstCycle()).toEqual([]);
  });

  test('nothing is called utils, common, helpers, misc, manager or service', () => {
    const parts = files.flatMap((file) => file.replace(/\.ts$/, '').split('/'));
    expect(parts.filter((part) => forbiddenNames.test(part))).toEqual([]);
  });

  test('whet serve starts without what only the other roles need: it answers within a second of its start', () => {
    const heavy = /^npm:(?:@temporalio|@duckdb|@tensorflow|@grpc|@aws-sdk|zod)/;
    expect([...reachedFrom('cli/actions/serve.ts')].filter((to) => heavy.test(to))).toEqual([]);
  });

  test('only the catalogue loads pipelines, and one file each the learners and the transforms of a project', () => {
    const modules = ['models/learners/learnerModule.ts', 'workers/rowTransform.ts'];
    const loaders = ['workers/catalogue.ts', ...modules, 'cli/whet.ts'];
    const loading = files.filter((file) => !loaders.includes(file) && !file.startsWith('test/'));
    const dynamic = loading.filter((file) => /import\(\s*(?!['"`]\.)/.test(readFileSync(join(root, file), 'utf8')));
    expect(dynamic).toEqual([]);
  });
});

function sourcesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (['node_modules', 'dist', '.git', '.whet', 'shared'].includes(name)) return [];
    if (statSync(path).isDirectory()) return sourcesBelow(path);
    return name.endsWith('.ts') ? [relative(root, path).split(sep).join('/')] : [];
  });
}

function importsOf(file: string): Import[] {
  const source = readFileSync(join(root, file), 'utf8');
  const found = source.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)';/gm);
  return [...found].map(([, type, to = '']) => ({ from: file, to: targetOf(file, to), typeOnly: type !== undefined }));
}

function targetOf(file: string, to: string): string {
  if (to.startsWith('.'))
    return relative(root, resolve(root, dirname(file), to))
      .split(sep)
      .join('/');
  return to.startsWith('node:')
    ? to
    : `npm:${to
        .split('/')
        .slice(0, to.startsWith('@') ? 2 : 1)
        .join('/')}`;
}

function roomOf(file: string): string {
  return file.split('/')[0] ?? file;
}

function isAllowed({ from, to, typeOnly }: Import): boolean {
  const room = roomOf(from);
  const allowed = mayImport[room];
  if (allowed === undefined || roomOf(to) === room) return true;
  if (to.startsWith('node:')) return !['core', 'words', 'workflows', 'index.ts'].includes(room);
  if (to.startsWith('npm:')) return allowed.includes(to) || !allowed.some((one) => one.startsWith('npm:'));
  return allowed.some(
    (one) => to.startsWith(`${one}/`) || (typeOnly && one.startsWith('type:') && to.startsWith(`${one.slice(5)}/`)),
  );
}

/** All that is loaded with a file. */
function reachedFrom(file: string, reached = new Set<string>()): Set<string> {
  for (const { from, to, typeOnly } of imports) {
    if (from !== file || typeOnly || reached.has(to)) continue;
    reachedFrom(to, reached.add(to));
  }
  return reached;
}

function firstCycle(): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const to of next.get(file) ?? []) {
      const cycle = walk(to, [...path, file]);
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  };
  return files.map((file) => walk(file, [])).find((cycle) => cycle.length > 0) ?? [];
}
