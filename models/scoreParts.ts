import type { MatrixPart } from '../core/matrix.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Hour } from '../core/time.ts';
import { type LoadedMatrix, loadMatrix } from '../features/loadMatrix.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObject } from '../storage/objects.ts';
import type { JudgedRows } from './judgedRows.ts';
import { type NetworkScorer, openNetworkScorer } from './scorers/networkScorer.ts';

export interface ScoredParts {
  readonly rows: JudgedRows;
  /** One per row. */
  readonly scores: Float32Array;
  readonly matrix: LoadedMatrix;
}

/**
 * Scores the rows of matrix parts whose label had settled by `asOf`, by the package's own encoders and network. Rows
 * come in the order of the parts.
 */
export async function scoreParts(
  store: ObjectStore,
  parts: readonly MatrixPart[],
  held: Pick<ModelPackage, 'network' | 'encoders'>,
  asOf: Hour,
): Promise<ScoredParts> {
  const { encoders } = held;
  const matrix = await loadMatrix(store, parts, encoders, asOf);
  const rows: JudgedRows = { labels: matrix.labels, hours: new Uint32Array(matrix.hours) };
  const scorer = await openNetwork(store, held);
  try {
    const scores = await scorer.score({ ...matrix, categoryNames: encoders.columns.categories });
    return { rows, scores, matrix };
  } finally {
    await scorer.release();
  }
}

/** The package's `network.onnx`, to be released. */
export async function openNetwork(
  store: ObjectStore,
  { network }: Pick<ModelPackage, 'network'>,
): Promise<NetworkScorer> {
  return openNetworkScorer(await getObject(store, network.digest));
}
