import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ScorerColumn, ScorerInput } from '../../../models/scorers/scorer.ts';
import { pythonPeer } from '../../pythonPeer.ts';

const execute = promisify(execFile);

/** ONNX's checker and its reference implementation in Python, from PyPI. RE2 is what it matches patterns with. */
const packages = ['onnx==1.23.2', 'numpy==2.4.6', 'google-re2==1.1.20251105'];

export interface ReferenceModel {
  readonly name: string;
  readonly model: Uint8Array;
  readonly scores: Float32Array;
}

/** What it says of a model: the largest difference to the scores, 2 for one that is no number; or why it was refused. */
export type ReferenceVerdict = { readonly name: string } & (
  | { readonly largest: number; readonly row: number }
  | { readonly error: string }
);

export interface ReferenceReport {
  readonly versions: Readonly<Record<string, string>>;
  readonly models: readonly ReferenceVerdict[];
}

/** Why there is no second runtime on this machine, or undefined where there is. */
export async function noReferenceRuntime(): Promise<string | undefined> {
  try {
    await pythonPeer('onnx', packages);
    return undefined;
  } catch (error) {
    return `no Python with ${packages.join(', ')}: ${error instanceof Error ? error.message.split('\n')[0] : error}`;
  }
}

/** Has models checked, and the rows scored by each of them, in one process; `folder` is for the files between. */
export async function referenceRuntime(
  folder: string,
  inputs: readonly ScorerInput[],
  columns: Readonly<Record<string, ScorerColumn>>,
  rows: number,
  models: readonly ReferenceModel[],
): Promise<ReferenceReport> {
  for (const input of inputs) await writeColumn(folder, input, columns[input.name] ?? []);
  for (const { name, model, scores } of models) {
    await writeFile(join(folder, `${name}.onnx`), model);
    await writeFile(join(folder, `${name}.scores`), scores);
  }
  const types = Object.fromEntries(inputs.map(({ name, type }) => [name, type]));
  const spec = { rows, columns: types, models: models.map(({ name }) => name) };
  await writeFile(join(folder, 'spec.json'), JSON.stringify(spec));
  const python = join(await pythonPeer('onnx', packages), 'bin', 'python');
  const script = join(import.meta.dirname, 'reference.py');
  const { stdout } = await execute(python, [script, folder], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as ReferenceReport;
}

async function writeColumn(folder: string, { name, type }: ScorerInput, values: ScorerColumn): Promise<void> {
  const list = Array.from<unknown>(values);
  if (type === 'string') return writeFile(join(folder, `${name}.json`), JSON.stringify(list));
  if (type === 'bool') return writeFile(join(folder, `${name}.bin`), Uint8Array.from(list, Number));
  const numbers = type === 'int64' ? BigInt64Array.from(list as number[], BigInt) : Float64Array.from(list, Number);
  return writeFile(join(folder, `${name}.bin`), numbers);
}
