import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../../core/random.ts';
import type { TrainingData } from '../../models/trainingData.ts';

/** What every side trains: the same rows, the same network, Adam, batches of 4,096 in a new order for each epoch. */
export interface TrainingTask {
  readonly name: string;
  readonly width: number;
  /** Values of each category, each with an embedding of 8. */
  readonly categories: readonly number[];
  readonly hidden: readonly number[];
}

export const trainingTasks = {
  a: { name: '32 -> 64 -> 32 -> 1', width: 32, categories: [], hidden: [64, 32] },
  b: { name: 'two embeddings of 300 x 8 and 16 -> 64 -> 32 -> 1', width: 16, categories: [300, 300], hidden: [64, 32] },
} as const satisfies Record<string, TrainingTask>;

export const taskRows = 200_000;
export const taskBatchRows = 4_096;
export const taskLearningRate = 1e-3;

type Data = Pick<TrainingData, 'shape' | 'train'>;

/** Writes a task's rows, the same ones each time: `numeric.f32`, `categories.i32` (row-major), `labels.u8`, `task.json`. */
export async function writeTask(folder: string, task: TrainingTask): Promise<void> {
  const { train } = madeRows(task);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'numeric.f32'), train.numeric);
  await writeFile(join(folder, 'categories.i32'), train.categories);
  await writeFile(join(folder, 'labels.u8'), train.labels);
  const { width, categories, hidden } = task;
  const settings = { rows: taskRows, batchRows: taskBatchRows, learningRate: taskLearningRate };
  await writeFile(join(folder, 'task.json'), JSON.stringify({ width, categories, hidden, ...settings }));
}

/** The rows that `writeTask` wrote. */
export async function readTask(folder: string): Promise<Data> {
  const { width, categories } = JSON.parse(await readFile(join(folder, 'task.json'), 'utf8')) as TrainingTask;
  const buffer = async (name: string): Promise<ArrayBuffer> =>
    new Uint8Array(await readFile(join(folder, name))).buffer;
  const train = {
    rows: taskRows,
    numeric: new Float32Array(await buffer('numeric.f32')),
    categories: new Int32Array(await buffer('categories.i32')),
    labels: new Uint8Array(await buffer('labels.u8')),
  };
  return { shape: shapeOf({ width, categories }), train };
}

/** A smooth relation of some columns and of the values of the categories, with noise. */
export function madeRows(task: TrainingTask): Data {
  const { width, categories: counts } = task;
  const random = seededRandom(7);
  const effects = counts.map((count) => Float32Array.from({ length: count }, () => random.normal()));
  const numeric = Float32Array.from({ length: taskRows * width }, () => random.normal());
  const categories = new Int32Array(taskRows * counts.length);
  const labels = new Uint8Array(taskRows);
  for (let row = 0; row < taskRows; row += 1) {
    const at = (column: number): number => numeric[row * width + column] ?? 0;
    let logit = at(0) - at(1) + at(2) * at(3);
    for (const [column, count] of counts.entries()) {
      const value = 1 + random.below(count - 1);
      categories[row * counts.length + column] = value;
      logit += effects[column]?.[value] ?? 0;
    }
    labels[row] = random.next() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  }
  return { shape: shapeOf(task), train: { rows: taskRows, numeric, categories, labels } };
}

function shapeOf({ width, categories }: Pick<TrainingTask, 'width' | 'categories'>): Data['shape'] {
  return { width, categories: categories.map((values, at) => ({ name: `category${at}`, values })) };
}
