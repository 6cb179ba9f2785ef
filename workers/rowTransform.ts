import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WhetError } from '../core/errors.ts';
import type { JsonRow } from '../core/openRoute.ts';
import { openOrtTransform } from '../models/scorers/ortTransform.ts';
import type { ScorerColumn } from '../models/scorers/scorer.ts';
import type { RowTransform } from '../serving/openedGraph.ts';
import { digestOf } from '../storage/digest.ts';

/** Loads a transform of a serving graph; `name` is the file in errors. Throws `graph.invalid`, told from `place`. */
export async function openRowTransform(path: string, name: string, place: string): Promise<RowTransform> {
  try {
    const bytes = await readFile(path);
    const digest = digestOf(bytes);
    return path.endsWith('.onnx') ? await ofOnnx(bytes, digest) : await ofModule(path, name, digest);
  } catch (error) {
    const expected = `a transform in ${name}`;
    throw new WhetError(
      'graph.invalid',
      { expected, came: `${told(error, path, name)}, asked for in ${place}` },
      error,
    );
  }
}

/** A module that exports `transform`: a row of a row, without looking at anything else. */
async function ofModule(path: string, name: string, digest: string): Promise<RowTransform> {
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  const { transform } = module;
  if (typeof transform !== 'function') throw new Error(`no exported function 'transform'`);
  const rowOf = (row: JsonRow): JsonRow => {
    try {
      return asRow(transform(row));
    } catch (error) {
      const expected = `a row from ${name}`;
      throw new WhetError('graph.transform-failed', { expected, came: told(error, path, name) }, error);
    }
  };
  return { digest, apply: async (rows) => rows.map(rowOf), close: async () => {} };
}

function asRow(made: unknown): JsonRow {
  const isPlain = typeof made === 'object' && made !== null && !Array.isArray(made) && !(made instanceof Promise);
  if (isPlain) return made as JsonRow;
  throw new Error(`${made instanceof Promise ? 'a promise' : typeof made} and not a row`);
}

/** Its inputs are columns of the rows, its outputs columns that the rows have afterwards beside their own. */
async function ofOnnx(bytes: Uint8Array, digest: string): Promise<RowTransform> {
  const { inputs, apply, release } = await openOrtTransform(bytes);
  return {
    digest,
    async apply(rows) {
      const columns = inputs.map(({ name }) => [name, columnOf(rows, name)] as const);
      const made = Object.entries(await apply({ rows: rows.length, columns: Object.fromEntries(columns) }));
      return rows.map((row, at) => ({ ...row, ...Object.fromEntries(made.map(([name, all]) => [name, all[at]])) }));
    },
    close: release,
  };
}

/** Whether the values are of the input's type is for the model to say. */
function columnOf(rows: readonly JsonRow[], name: string): ScorerColumn {
  return rows.map((row) => {
    const value = row[name];
    if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
    const came = value === undefined ? 'none' : JSON.stringify(value).slice(0, 80);
    throw new WhetError('row.wrong-value', { expected: `a value in column '${name}'`, came });
  });
}

/** What went wrong, with the line of the file where it did, without the folders of this machine. */
function told(error: unknown, path: string, name: string): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ENOENT') return 'no such file';
  const message = (error.message.split('\n')[0] ?? '').replaceAll(path, name);
  const behind = error.stack?.split(`${basename(path)}:`)[1] ?? '';
  const line = /^\d+/.exec(behind)?.[0];
  return line === undefined ? message : `${message} (${name}:${line})`;
}
