import { WhetError } from '../../core/errors.ts';
import { loadOrtModel, type OrtModel } from './ortModel.ts';
import type { ScorerColumns, ScorerInput } from './scorer.ts';
import { toFeeds } from './toFeeds.ts';

/** An ONNX model that makes columns of columns, one value per row of each. */
export interface OrtTransform {
  readonly inputs: readonly ScorerInput[];
  /** Whole numbers beyond 2^53 as decimal text. Throws `input.invalid` for columns that do not fit. */
  apply(columns: ScorerColumns): Promise<Readonly<Record<string, readonly (number | string | boolean)[]>>>;
  release(): Promise<void>;
}

/** Throws `package.unloadable`. */
export async function openOrtTransform(model: Uint8Array): Promise<OrtTransform> {
  const session = loadOrtModel(model);
  const { inputs } = session;
  return {
    inputs,
    async apply(columns) {
      const results = session.run(toFeeds(inputs, columns));
      return Object.fromEntries(session.outputNames.map((name) => [name, valuesOf(name, results, columns.rows)]));
    },
    release: async () => session.release(),
  };
}

function valuesOf(name: string, results: ReturnType<OrtModel['run']>, rows: number): (number | string | boolean)[] {
  const data = results[name]?.data;
  if (data?.length !== rows) {
    const expected = `${rows} values of the output '${name}'`;
    throw new WhetError('package.unloadable', { expected, came: `${data?.length ?? 'none'}` });
  }
  if (data instanceof BigInt64Array) return Array.from(data, plain);
  const isFlag = results[name]?.type === 'bool';
  return Array.from(data as ArrayLike<number | string>, (value) => (isFlag ? value !== 0 : value));
}

function plain(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
