import { access, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InstallStep } from './installStep.ts';
import { installFailed, ran } from './ran.ts';

/**
 * TensorFlow's C headers and libraries from a wheel of the Python index that the user's pip is set to, into `native/`.
 * Gives where they came from. The tools that the next steps need are asked for before 200 MB are loaded.
 */
export async function wheelLibraries(step: InstallStep): Promise<string> {
  const { folder, report } = step;
  const wheel = step.name === 'tfjs-node-gpu' ? gpuWheel : cpuWheel;
  const from = `the Python wheel ${wheel.distribution} ${wheel.version}`;
  requireMachine();
  if (await exists(join(folder, 'native'))) {
    report(`libraries: ${from} is there`);
    return from;
  }
  await requireTools(step);
  const file = await downloaded(step, wheel);
  const unpacked = join(folder, 'native.new');
  await rm(unpacked, { recursive: true, force: true });
  report(`libraries: unpacking ${from}`);
  await ran(step, ['python3', script, file, unpacked], 'Remove the folder wheel/ in it if the file is damaged.');
  await linkNames(unpacked);
  if (step.name === 'tfjs-node-gpu') await addCuda(step, unpacked);
  else await stripped(step, unpacked);
  // In one step: what lies in native/ is whole.
  await rename(unpacked, join(folder, 'native'));
  await rm(join(folder, 'wheel'), { recursive: true, force: true });
  return from;
}

interface Wheel {
  readonly distribution: string;
  readonly version: string;
  readonly platform: string;
  readonly megabytes: number;
  /** SHA-256 of the file for this platform and CPython 3.11; whichever Python unpacks it. */
  readonly sha256: string;
}

const cpuWheel: Wheel = {
  distribution: 'tensorflow-cpu',
  version: '2.15.1',
  platform: 'manylinux_2_17_x86_64',
  megabytes: 207,
  sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
};

/** For CUDA 12, which it names the wheels of. */
const gpuWheel: Wheel = {
  distribution: 'tensorflow',
  version: '2.21.0',
  platform: 'manylinux_2_27_x86_64',
  megabytes: 572,
  sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
};

const script = fileURLToPath(new URL('./unpack_wheel.py', import.meta.url));

function requireMachine(): void {
  if (process.platform === 'linux' && process.arch === 'x64') return;
  const todo = 'Make https://storage.googleapis.com/ reachable, for its own download, or use the backend wasm.';
  throw installFailed('a wheel for Linux on x64', `${process.platform} on ${process.arch}`, todo);
}

async function requireTools(step: InstallStep): Promise<void> {
  await ran(step, ['g++', '--version'], 'Install a C++ compiler, such as: apt-get install g++.');
  await ran(
    step,
    ['python3', '-m', 'pip', '--version'],
    'Install Python with pip, such as: apt-get install python3-pip.',
  );
}

/** By pip, which knows the user's index, proxy and certificates; the file is checked against its digest. */
async function downloaded(
  step: InstallStep,
  { distribution, version, platform, megabytes, sha256 }: Wheel,
): Promise<string> {
  const { folder, report } = step;
  const into = join(folder, 'wheel');
  await mkdir(into, { recursive: true });
  const requirement = `${distribution}==${version} --hash=sha256:${sha256}\n`;
  await writeFile(join(folder, 'wheel.txt'), requirement);
  report(`libraries: downloading ${distribution} ${version} with pip, ${megabytes} MB`);
  const target = ['--implementation', 'cp', '--python-version', '311', '--abi', 'cp311', '--platform', platform];
  const args = ['download', '--no-deps', '--only-binary=:all:', '--progress-bar', 'off', ...target];
  const hashed = ['--require-hashes', '-r', 'wheel.txt', '-d', 'wheel'];
  await ran(step, ['python3', '-m', 'pip', ...args, ...hashed], 'See that pip can reach a Python index.');
  const [file] = (await readdir(into)).filter((name) => name.endsWith('.whl'));
  return join(into, file ?? '');
}

/** The names that the linker looks for. */
async function linkNames(unpacked: string): Promise<void> {
  await symlink('libtensorflow_cc.so.2', join(unpacked, 'lib/libtensorflow.so'));
  await symlink('libtensorflow_framework.so.2', join(unpacked, 'lib/libtensorflow_framework.so'));
}

/** CUDA from the wheels that this one names, beside the libraries, which look there: no LD_LIBRARY_PATH is needed. */
async function addCuda(step: InstallStep, unpacked: string): Promise<void> {
  const wanted = await readFile(join(unpacked, 'cuda.txt'), 'utf8');
  step.report(`libraries: CUDA from ${wanted.trim().split('\n').length} wheels, some GB`);
  const args = ['install', '--no-deps', '--only-binary=:all:', '--progress-bar', 'off'];
  const where = ['--target', join(unpacked, 'cuda'), '-r', join(unpacked, 'cuda.txt')];
  await ran(step, ['python3', '-m', 'pip', ...args, ...where], 'See that pip can reach a Python index.');
  await symlink('cuda/nvidia', join(unpacked, 'nvidia'));
}

/** Names that only a debugger reads are a third of the bytes. */
function stripped(step: InstallStep, unpacked: string): Promise<void> {
  const libraries = ['cc', 'framework'].map((part) => join(unpacked, `lib/libtensorflow_${part}.so.2`));
  return ran(step, ['strip', '--strip-unneeded', ...libraries], 'Install binutils, which g++ comes with.');
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
