import { access, copyFile, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolder } from './installPackages.ts';
import type { InstallStep } from './installStep.ts';
import { ran } from './ran.ts';

/**
 * The package's binding against the libraries in `native/`, put where the package looks for both. It speaks Node-API 8:
 * the same file serves every later Node.
 */
export async function buildBinding(step: InstallStep): Promise<void> {
  const tfjs = packageFolder(step);
  const native = join(step.folder, 'native');
  const built = join(native, 'tfjs_binding.node');
  if (!(await exists(built))) {
    step.report('binding: compiling it, some seconds');
    await ran(
      step,
      ['g++', ...(await compilerArguments(step, `${built}.new`))],
      'Install a compiler that knows C++17.',
    );
    await rename(`${built}.new`, built);
  }
  await rm(join(tfjs, 'deps'), { recursive: true, force: true });
  await symlink(native, join(tfjs, 'deps'));
  await mkdir(join(tfjs, 'lib/napi-v8'), { recursive: true });
  // Under another name first: processes may run the one that is there, and would crash if its bytes changed.
  const placed = join(tfjs, 'lib/napi-v8/tfjs_binding.node');
  await copyFile(built, `${placed}.new`);
  await rename(`${placed}.new`, placed);
}

async function compilerArguments(step: InstallStep, output: string): Promise<string[]> {
  const tfjs = packageFolder(step);
  const native = join(step.folder, 'native');
  const sources = (await readdir(join(tfjs, 'binding'))).filter((name) => name.endsWith('.cc')).sort();
  const defines = ['NAPI_VERSION=8', 'NODE_GYP_MODULE_NAME=tfjs_binding', 'BUILDING_NODE_EXTENSION'];
  const includes = [join(step.folder, 'node_modules/node-api-headers/include'), tfjs, join(native, 'include')];
  return [
    ...['-O2', '-std=gnu++17', '-fPIC', '-shared'],
    ...defines.map((name) => `-D${name}`),
    ...includes.map((folder) => `-I${folder}`),
    ...sources.map((name) => join(tfjs, 'binding', name)),
    ...['-o', output, `-L${join(native, 'lib')}`, '-ltensorflow', '-ltensorflow_framework'],
    // As the package's own build has it: seen from lib/napi-v8.
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
  ];
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
