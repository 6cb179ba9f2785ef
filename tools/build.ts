import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { joinModules } from './joinModules.ts';

/**
 * Makes the publishable package in `dist/`: JavaScript with declarations, the files that are not TypeScript, and a
 * package.json for those who install it. `npm pack ./dist` packs it.
 */
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
for (const path of ['README.md', 'LICENSE', 'docs']) cpSync(join(root, path), join(dist, path), { recursive: true });
for (const room of ['workers', 'serving']) for (const file of assetsBelow(join(root, room))) copyAsset(file);
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(publishedManifest(), null, 2)}\n`);
await joinModules(dist);
chmodSync(join(dist, 'cli/whet.js'), 0o755);
process.stdout.write('built dist/: pack it with npm pack ./dist\n');

function assetsBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return assetsBelow(path);
    return name.endsWith('.ts') ? [] : [path];
  });
}

function copyAsset(file: string): void {
  const target = join(dist, relative(root, file));
  mkdirSync(dirname(target), { recursive: true });
  cpSync(file, target);
}

/** What installs: no tools of ours, no Node of our own (the one that runs it is the user's), JavaScript entry points. */
function publishedManifest(): Record<string, unknown> {
  const {
    devDependencies: _tools,
    scripts: _scripts,
    private: _private,
    allowScripts: _allow,
    dependencies,
    ...manifest
  } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { node: _node, ...needed } = dependencies;
  return {
    ...manifest,
    bin: { whet: 'cli/whet.js' },
    exports: Object.fromEntries(Object.entries<string>(manifest.exports).map(builtExport)),
    dependencies: needed,
  };
}

function builtExport([name, file]: [string, string]): [string, unknown] {
  if (!file.endsWith('.ts')) return [name, file];
  const bare = file.slice(0, -'.ts'.length);
  return [name, { types: `${bare}.d.ts`, default: `${bare}.js` }];
}
