import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { LoadedMatrix } from '../features/loadMatrix.ts';

/**
 * What a model scores by itself, as it came, for rows of a matrix: one value per row of the output named, the last of its
 * columns. Proves that nothing changed when the model became a package's network.
 */
export async function ownScores(
  model: Uint8Array,
  names: readonly string[],
  output: string,
  rows: LoadedMatrix,
): Promise<Float32Array> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  try {
    const feeds = session.inputMetadata.map((input) => {
      const type = input.isTensor ? input.type : 'float32';
      return [input.name, tensorOf(type, names.indexOf(input.name), names.length, rows)] as const;
    });
    const found = (await session.run(Object.fromEntries(feeds), [output]))[output];
    const values = Float32Array.from(found?.data as Float32Array | Float64Array);
    const width = values.length / Math.max(1, rows.rows);
    return Float32Array.from({ length: rows.rows }, (_, row) => values[(row + 1) * width - 1] ?? Number.NaN);
  } finally {
    await session.release();
  }
}

/** A column by its place, or all of them where it has none. */
function tensorOf(type: Tensor.Type, place: number, count: number, rows: LoadedMatrix): Tensor {
  const from = Math.max(0, place);
  const width = place === -1 ? count : 1;
  const value = (at: number): number => valueAt(rows, Math.floor(at / width), from + (at % width));
  const dims = [rows.rows, width];
  const length = rows.rows * width;
  if (type === 'int64')
    return new Tensor(
      'int64',
      BigInt64Array.from({ length }, (_, at) => BigInt(value(at))),
      dims,
    );
  if (type === 'float64')
    return new Tensor(
      'float64',
      Float64Array.from({ length }, (_, at) => value(at)),
      dims,
    );
  return new Tensor(
    'float32',
    Float32Array.from({ length }, (_, at) => value(at)),
    dims,
  );
}

function valueAt({ numeric, width, categories, categoryCount }: LoadedMatrix, row: number, column: number): number {
  const held = column < width ? numeric[row * width + column] : categories[row * categoryCount + column - width];
  return held ?? Number.NaN;
}
