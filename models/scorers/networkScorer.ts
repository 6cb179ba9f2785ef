import { Tensor } from 'onnxruntime-node';
import { openOrtSession } from './ortSession.ts';

/** Rows of a feature matrix: unscaled values and indices of categories, both row-major. */
export interface MatrixRows {
  readonly rows: number;
  /** Numeric columns. */
  readonly width: number;
  readonly numeric: Float32Array;
  readonly categories: Int32Array;
  /** The categories' columns, in order. */
  readonly categoryNames: readonly string[];
}

/** `network.onnx`: scores features instead of raw columns. */
export interface NetworkScorer {
  score(matrix: MatrixRows): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Loads `network.onnx`. Scores in batches, so that a hidden layer's activations stay within tens of megabytes. */
export async function openNetworkScorer(network: Uint8Array): Promise<NetworkScorer> {
  const session = openOrtSession(network);
  const taken = new Set(session.inputs.map((input) => input.name));
  const score = async (matrix: MatrixRows): Promise<Float32Array> => {
    const scores = new Float32Array(matrix.rows);
    for (let from = 0; from < matrix.rows; from += batchRows) {
      scores.set(await session.run(feedsOf(matrix, from, Math.min(from + batchRows, matrix.rows), taken)), from);
    }
    return scores;
  };
  return { score, release: session.release };
}

const batchRows = 65_536;

function feedsOf(matrix: MatrixRows, from: number, to: number, taken: ReadonlySet<string>): Record<string, Tensor> {
  const numeric = matrix.numeric.subarray(from * matrix.width, to * matrix.width);
  const feeds: Record<string, Tensor> = {};
  if (taken.has('numeric')) feeds.numeric = new Tensor('float32', numeric, [to - from, matrix.width]);
  for (const [place, name] of matrix.categoryNames.entries()) {
    const input = `category:${name}`;
    if (taken.has(input)) feeds[input] = new Tensor('int64', indices(matrix, place, from, to), [to - from]);
  }
  return feeds;
}

/** One category's column as int64. Written into the low halves of its words, without a BigInt per row. */
function indices(matrix: MatrixRows, place: number, from: number, to: number): BigInt64Array {
  const column = new BigInt64Array(to - from);
  const words = new Int32Array(column.buffer);
  const width = matrix.categoryNames.length;
  for (let row = from; row < to; row += 1) words[2 * (row - from)] = matrix.categories[row * width + place] ?? 0;
  return column;
}
