import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { listBackends } from '../models/backends/listBackends.ts';
import type { Bench, BenchGroup, BenchRatio } from './harness.ts';
import { pythonPeer } from './pythonPeer.ts';
import { taskBatchRows, taskLearningRate, taskRows, trainingTasks, writeTask } from './training/trainingTask.ts';

const execute = promisify(execFile);

/**
 * Rows a second of the trainer, one process and one thread, per backend that this machine has; with peers, theirs on
 * the same rows and networks.
 */
export async function trainingBench({ peers }: { peers: boolean }): Promise<Bench> {
  const scratch = await mkdtemp(join(tmpdir(), 'whet-bench-'));
  for (const [key, task] of Object.entries(trainingTasks)) await writeTask(join(scratch, key), task);
  const sides = [...(await ownSides()), ...(peers ? await peerSides() : [])];
  const groups = keys.flatMap((key) =>
    sides.filter((side) => side.tasks.includes(key)).map((side) => groupOf(scratch, key, side)),
  );
  return {
    runs: 3,
    cases: [],
    groups,
    ratios: peers ? ratiosOf(sides) : [],
    conditions: [
      ...keys.map((key) => `(${key}) ${trainingTasks[key].name}, ReLU, one logit, mean log loss`),
      `${taskRows.toLocaleString('en')} made rows; Adam, learning rate ${taskLearningRate}; batches of ${taskBatchRows.toLocaleString('en')} in a new order for each epoch; forward, backward and step, batches made included`,
      'each measurement a process of its own with one thread; four epochs after a warm-up; ratios are of processor time; every side must come to a loss between 0.4 and 0.6',
    ],
    close: () => rm(scratch, { recursive: true }),
  };
}

type TaskKey = keyof typeof trainingTasks;
const keys = Object.keys(trainingTasks) as TaskKey[];

/** Who trains. */
interface Side {
  readonly name: string;
  readonly tasks: readonly TaskKey[];
  readonly epochs: number;
  readonly command: string;
  /** Before and behind the task's folder and the epochs. */
  readonly before: readonly string[];
  readonly behind: readonly string[];
}

/** About a second or two of training on an idle machine. */
const usualEpochs = 4;

async function ownSides(): Promise<Side[]> {
  const script = join(import.meta.dirname, 'training/trainWithWhetstone.ts');
  const available = (await listBackends()).filter((backend) => backend.available).map(({ kind }) => kind);
  const alone = available.map((kind) => ownSide(script, kind, kind, 1, kind === 'cpu' ? 0.2 : usualEpochs));
  const fastest = available.find((kind) => kind !== 'cpu') ?? 'cpu';
  return [...alone, ownSide(script, `${fastest}, ${lanesTogether} lanes together`, fastest, lanesTogether, 1)];
}

/** As a search trains candidates that differ in rates and penalties alone: each row of each lane counts. */
const lanesTogether = 8;

function ownSide(script: string, name: string, kind: string, lanes: number, epochs: number): Side {
  return { name, tasks: keys, epochs, command: process.execPath, before: [script], behind: [kind, `${lanes}`] };
}

/** Installed as their documentation says, with the versions that were current when this was written. */
const environments = [
  { name: 'PyTorch', peer: 'torch', packages: ['torch==2.15.0', 'numpy==2.4.6'], tasks: keys },
  { name: 'Keras', peer: 'keras', packages: ['keras==3.15.1', 'tensorflow-cpu==2.21.0'], tasks: keys },
  {
    name: 'scikit-learn',
    peer: 'sklearn',
    packages: ['scikit-learn==1.9.1', 'numpy==2.4.6'],
    tasks: ['a'],
  },
] as const;

async function peerSides(): Promise<Side[]> {
  const sides: Side[] = [];
  for (const { name, peer, packages, tasks } of environments) {
    const command = join(await pythonPeer(`training-${peer}`, packages), 'bin', 'python');
    const before = [join(import.meta.dirname, 'training', `train_with_${peer}.py`)];
    sides.push({ name, tasks, epochs: usualEpochs, command, before, behind: [] });
  }
  return sides;
}

interface Told {
  readonly rowsPerSecond: number;
  readonly rowsPerProcessorSecond: number;
  readonly loss: number;
}

/** By the clock, and by the time that the process had a processor: other work on the machine disturbs that much less. */
function groupOf(scratch: string, key: TaskKey, { name, epochs, command, before, behind }: Side): BenchGroup {
  const [byClock, byProcessor] = [figureName(key, name), processorName(key, name)];
  return {
    figures: [byClock, byProcessor].map((figure) => ({ name: figure, unit: 'rows/s', better: 'higher' })),
    async measureAll() {
      const { stdout } = await execute(command, [...before, join(scratch, key), `${epochs}`, ...behind], { env });
      const told = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Told;
      if (epochs === usualEpochs) requireLearned(byClock, told.loss);
      return { [byClock]: told.rowsPerSecond, [byProcessor]: told.rowsPerProcessorSecond };
    },
  };
}

/** One thread for whoever asks the environment. */
const env = {
  ...process.env,
  OMP_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  TF_NUM_INTRAOP_THREADS: '1',
  TF_NUM_INTEROP_THREADS: '1',
};

/** Whoever is fast because it trains something else is found out here. */
function requireLearned(who: string, loss: number): void {
  const { least, most } = lossAfterUsualEpochs;
  if (loss > least && loss < most) return;
  throw new Error(`expected a loss from ${least} to ${most} after ${usualEpochs} epochs, but came ${loss} from ${who}`);
}

const lossAfterUsualEpochs = { least: 0.4, most: 0.6 };

function ratiosOf(sides: readonly Side[]): BenchRatio[] {
  const peers: readonly string[] = environments.map(({ name }) => name);
  const own = sides.filter(({ name }) => !peers.includes(name) && name !== 'cpu');
  return keys.flatMap((key) =>
    own.flatMap((ours) =>
      sides
        .filter(({ name, tasks }) => peers.includes(name) && tasks.includes(key))
        .map(({ name }) => ({
          name: `(${key}) ${ours.name} to ${name}`,
          of: processorName(key, ours.name),
          to: processorName(key, name),
        })),
    ),
  );
}

function figureName(key: TaskKey, side: string): string {
  return `(${key}) ${side}`;
}

function processorName(key: TaskKey, side: string): string {
  return `${figureName(key, side)}, processor time`;
}
