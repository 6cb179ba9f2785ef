import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../core/run.ts';
import { codeBlock, root } from './docs/codeBlocks.ts';
import { guideLearner, writeLearner } from './docs/learnerOfGuide.ts';

const folder = mkdtempSync(join(tmpdir(), 'whet-package-'));
const project = join(folder, 'project');
const installed = join(project, 'node_modules/whetstone');
let packed: readonly string[];

/** Builds the package, packs it, and installs it where npm leaves nothing else than what it asks for: what a user gets. */
beforeAll(() => {
  npm(root, 'run', 'build');
  packed = pack();
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  mkdirSync(join(project, 'pipelines'), { recursive: true });
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }');
  linkDependencies();
  npm(project, 'install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', join(folder, tarball));
  // Fewer days than the guide's, to be quick.
  const pipeline = codeBlock('docs/guide.md', 'pipelines/disputes.ts').replace("train: '14 days'", "train: '3 days'");
  writeFileSync(join(project, 'pipelines/disputes.ts'), pipeline);
  writeFileSync(join(project, 'make-payments.mjs'), codeBlock('docs/guide.md', 'make-payments.mjs'));
  execFileSync(process.execPath, ['make-payments.mjs'], { cwd: project });
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('it holds JavaScript and declarations, no sources, and the Go module that Temporal is built from', () => {
  expect(packed.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))).toEqual([]);
  for (const path of ['go.mod', 'go.sum']) expect(packed).toContain(`workers/temporal/cli/${path}`);
  for (const path of ['index.js', 'index.d.ts', 'cli/whet.js', 'README.md', 'LICENSE', 'docs/guide.md'])
    expect(packed).toContain(path);
  expect(packed.filter((path) => /(?:^|\/)(?:test|bench|tools|node_modules|\.whet)\//.test(path))).toEqual([]);
});

test('its command runs', () => {
  const { status, stdout } = whet('--help');
  expect([status, stdout]).toEqual([0, expect.stringContaining('retrain [options] <pipeline>')]);
  expect(existsSync(join(project, 'node_modules/.bin/whet'))).toBe(true);
  // Npm took out what lay there and was not asked for.
  expect(existsSync(join(project, 'node_modules/node'))).toBe(false);
});

test('a pipeline file, a scorer and a client compile against its declarations, and load', () => {
  const compilerOptions = { target: 'es2024', module: 'nodenext', strict: true, noEmit: true, types: [] };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['pipelines'] }));
  writeFileSync(
    join(project, 'pipelines/application.ts'),
    `import { type InProcessScorer, openScorer } from 'whetstone/scorer';
import { openClient } from 'whetstone/client';
import type { disputes } from './disputes.js';
export const client = openClient<typeof disputes>('disputes', { addresses: ['http://127.0.0.1:8080'] });
export const open = () => openScorer<typeof disputes>('disputes', { store: '.whet/store' });
export const scored = (scorer: Awaited<ReturnType<typeof open>>) => scorer.score({ paid: 5 } as never).decision;
export type Any = InProcessScorer<object>;
`,
  );
  const compiled = node(join(root, 'node_modules/typescript/bin/tsc'), '-p', project);
  expect([compiled.status, compiled.stdout]).toEqual([0, '']);
  const { status, stderr } = node(
    '-e',
    "import('whetstone/scorer').then((it) => it.openScorer('none', { store: '.' }))",
  );
  expect([status, stderr]).toEqual([1, expect.stringContaining("model.not-ready: expected a champion of 'none'")]);
});

test("the guide's learner compiles against its declarations, and passes every check", () => {
  writeLearner(project);
  // The declarations of TensorFlow.js name WebGPU's types once more than the compiler's own library.
  const unchecked = { skipLibCheck: true, noEmit: true, types: [] };
  const compilerOptions = { target: 'es2024', module: 'nodenext', strict: true, ...unchecked };
  const config = { compilerOptions, include: ['learners'] };
  writeFileSync(join(project, 'tsconfig.learners.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const compiled = node(tsc, '-p', join(project, 'tsconfig.learners.json'));
  expect([compiled.status, compiled.stdout]).toEqual([0, '']);
  const parameters = '{"learningRate": 0.03, "l2": 0, "units": 6}';
  const { status, stdout } = whet('learner', 'check', guideLearner, '--parameters', parameters, '--json');
  expect([status, JSON.parse(stdout).checked[0].checks.length]).toEqual([0, 10]);
});

test('it validates a CSV file', () => {
  const { status, stdout } = whet('validate', 'payments', 'data/payments.csv', '--json');
  expect([status, JSON.parse(stdout)]).toMatchObject([0, { rows: 14_400, quarantined: 3 }]);
});

test('it retrains: workflows are bundled, trials run in processes, a model is judged', () => {
  const { status, stdout, stderr } = whet('retrain', 'disputes', '--json');
  expect([status, stderr]).toEqual([0, expect.stringContaining('register: version 1 of disputes')]);
  const record: RunRecord = JSON.parse(stdout);
  expect(record).toMatchObject({ status: 'judged', version: 1, trials: { total: 12 } });
  // The first one on a machine may have to build Temporal.
}, 600_000);

/** What this repository does not install for its own tools only, where npm looks: it need not unpack 300 packages again. */
function linkDependencies(): void {
  const place = statSync(folder).dev === statSync(root).dev ? linkSync : copyFileSync;
  const { packages } = JSON.parse(readFileSync(join(root, 'node_modules/.package-lock.json'), 'utf8'));
  for (const [path, { dev }] of Object.entries<{ dev?: boolean }>(packages)) if (!dev) placeFolder(path, place);
}

/** Packages below a package have an entry of their own. */
function placeFolder(path: string, place: (from: string, to: string) => void): void {
  mkdirSync(join(project, path), { recursive: true });
  for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
    const at = join(path, entry.name);
    if (entry.isFile()) place(join(root, at), join(project, at));
    else if (entry.isDirectory() && entry.name !== 'node_modules') placeFolder(at, place);
  }
}

function pack(): string[] {
  const told = npm(root, 'pack', './dist', '--pack-destination', folder, '--json');
  const [{ files }] = JSON.parse(told) as [{ files: readonly { readonly path: string }[] }];
  return files.map(({ path }) => path);
}

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', args, { cwd, env: ownEnvironment(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function whet(...args: string[]) {
  return node(join(installed, 'cli/whet.js'), ...args);
}

function node(...args: string[]) {
  return spawnSync(process.execPath, args, { cwd: project, env: ownEnvironment(), encoding: 'utf8' });
}

/** Without what npm tells the scripts of this repository, and without another state folder. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(?:npm_(?:package|lifecycle|config_local|command)|WHET_STATE$|INIT_CWD$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}
