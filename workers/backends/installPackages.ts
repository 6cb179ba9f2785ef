import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installableBackends } from '../../models/backends/installation.ts';
import type { InstallStep } from './installStep.ts';
import { ran } from './ran.ts';

/**
 * The packages that the backend's lockfile pins, without their install scripts: those of `@tensorflow/tfjs-node` would
 * delete what is there, and fail where their download is out of reach.
 */
export async function installPackages(step: InstallStep): Promise<void> {
  const { folder, name, report } = step;
  const { pins, main, megabytes } = packagesOf(name);
  const version = installableBackends[name];
  if (await isThere(folder, main, version)) return report(`packages: ${main} ${version} is there`);
  report(`packages: installing ${main} ${version}, with its own ${megabytes} MB`);
  await mkdir(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    await copyFile(new URL(`./${pins}/${file}`, import.meta.url), join(folder, file));
  await ran(step, ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], advice);
}

const advice = 'Install npm, which comes with Node, and see that its registry can be reached.';

interface Packages {
  /** The folder, beside this file, of the lockfile. */
  readonly pins: string;
  readonly main: string;
  readonly megabytes: number;
}

function packagesOf(name: InstallStep['name']): Packages {
  return name === 'webgpu'
    ? { pins: 'webgpu', main: '@tensorflow/tfjs-backend-webgpu', megabytes: 200 }
    : { pins: 'tfjsNode', main: '@tensorflow/tfjs-node', megabytes: 300 };
}

/** Where the package of TensorFlow.js lies in an installation's folder. */
export function packageFolder({ folder, name }: Pick<InstallStep, 'folder' | 'name'>): string {
  return join(folder, 'node_modules', packagesOf(name).main);
}

/** npm writes its own list last: an install that was cut off has none. */
async function isThere(folder: string, main: string, version: string): Promise<boolean> {
  const list = await readFile(join(folder, 'node_modules/.package-lock.json'), 'utf8').catch(() => '{}');
  const { packages = {} } = JSON.parse(list) as { packages?: Record<string, { version?: string }> };
  return packages[`node_modules/${main}`]?.version === version;
}
