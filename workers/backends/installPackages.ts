import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tfjsNodeVersion } from '../../models/backends/installation.ts';
import type { InstallStep } from './installStep.ts';
import { ran } from './ran.ts';

/**
 * The packages that tfjsNode/package-lock.json pins, without their install scripts: those of `@tensorflow/tfjs-node`
 * would delete what is there, and fail where their download is out of reach.
 */
export async function installPackages(step: InstallStep): Promise<void> {
  if (await isThere(step)) return step.report(`packages: ${tfjsNodeVersion} is there`);
  step.report(`packages: installing @tensorflow/tfjs-node ${tfjsNodeVersion}, about 300 MB with its own`);
  await mkdir(step.folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    await copyFile(new URL(`./tfjsNode/${name}`, import.meta.url), join(step.folder, name));
  await ran(step, ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], advice);
}

const advice = 'Install npm, which comes with Node, and see that its registry can be reached.';

/** Where the package lies in an installation's folder. */
export function packageFolder({ folder }: Pick<InstallStep, 'folder'>): string {
  return join(folder, 'node_modules/@tensorflow/tfjs-node');
}

/** npm writes its own list last: an install that was cut off has none. */
async function isThere(step: InstallStep): Promise<boolean> {
  const list = await readFile(join(step.folder, 'node_modules/.package-lock.json'), 'utf8').catch(() => '{}');
  const { packages = {} } = JSON.parse(list) as { packages?: Record<string, { version?: string }> };
  return packages['node_modules/@tensorflow/tfjs-node']?.version === tfjsNodeVersion;
}
