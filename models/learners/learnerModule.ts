import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WhetError } from '../../core/errors.ts';
import { digestOf } from '../../storage/digest.ts';
import type { Learner } from './learner.ts';

/** The SHA-256 of a learner's file; of what the file imports nothing is in it. Undefined where there is no such file. */
export async function moduleDigest(folder: string, path: string): Promise<string | undefined> {
  try {
    return digestOf(await readFile(resolve(folder, path)));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Loads the learner that a file exports as `learner`. Throws `learner.invalid`. */
export async function loadLearner(folder: string, path: string, digest: string): Promise<Learner> {
  // A process that lives on loads a file anew when it has changed.
  const { learner } = await loaded(`${pathToFileURL(resolve(folder, path)).href}?sha256=${digest}`, path);
  const wrong = wrongIn(learner);
  if (wrong === undefined) return learner as Learner;
  throw new WhetError('learner.invalid', { expected: `${wrong.expected} in ${path}`, came: wrong.came });
}

async function loaded(address: string, path: string): Promise<{ readonly learner?: unknown }> {
  try {
    return (await import(address)) as { readonly learner?: unknown };
  } catch (error) {
    throw new WhetError('learner.invalid', { expected: `a module that loads in ${path}`, came: `${error}` }, error);
  }
}

const functions = ['initialWeights', 'logits', 'categoryOf', 'penalty', 'onnx'] as const;

function wrongIn(learner: unknown): { readonly expected: string; readonly came: string } | undefined {
  if (typeof learner !== 'object' || learner === null) {
    return { expected: "'export const learner', an object with version and functions,", came: typeOf(learner) };
  }
  const given: Readonly<Record<string, unknown>> = { ...learner };
  const { version } = given;
  if (!Number.isSafeInteger(version)) return { expected: 'a whole number as learner.version', came: String(version) };
  const missing = functions.find((name) => typeof given[name] !== 'function');
  return missing && { expected: `a function as learner.${missing}`, came: typeOf(given[missing]) };
}

function typeOf(value: unknown): string {
  return value === undefined ? 'nothing' : value === null ? 'null' : typeof value;
}
