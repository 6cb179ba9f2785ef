import { WhetError } from '../core/errors.ts';
import type { Graph, GraphTensor } from '../core/graph.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { LoadedMatrix } from '../features/loadMatrix.ts';
import { getObject, type ObjectReader } from '../storage/objects.ts';
import { inNetwork } from './modelGraph.ts';
import { categoryTensor } from './networkGraph.ts';
import { decodeModel } from './onnx/decodeModel.ts';
import { encodeModel } from './onnx/encodeModel.ts';
import { neededPart } from './onnx/neededPart.ts';
import { loadOrtModel, type OrtModel } from './scorers/ortModel.ts';
import type { ScorerColumns, ScorerInput } from './scorers/scorer.ts';
import { toFeeds } from './scorers/toFeeds.ts';

/** Rows of features, as the network gets them: unscaled, in the order of the encoders' columns. */
export type FeatureRows = Pick<LoadedMatrix, 'rows' | 'numeric' | 'categories'>;

/** A package's graph as far as its features. */
export interface PackageFeatures {
  readonly inputs: readonly ScorerInput[];
  /** Throws `input.invalid` for columns that do not fit. */
  of(columns: ScorerColumns): Promise<FeatureRows>;
  release(): Promise<void>;
}

/**
 * The features of raw rows by the graph that scores them, cut off where its network begins: what is watched is what was
 * served, frozen tables and all. Throws `storage.missing`, `storage.damaged`, `package.unloadable`.
 */
export async function openPackageFeatures(
  store: ObjectReader,
  { model, encoders }: Pick<ModelPackage, 'model' | 'encoders'>,
): Promise<PackageFeatures> {
  const names = { numeric: inNetwork('numeric'), categories: encoders.columns.categories.map(tensorOf) };
  const width = encoders.columns.numeric.length;
  const graph = decodeModel(await getObject(store, model.digest));
  const outputs = outputsOf(width, names);
  const session = loadOrtModel(encodeModel({ ...partOf(graph, outputs), outputs }));
  const { inputs } = session;
  return {
    inputs,
    async of(columns) {
      const { rows } = columns;
      const feeds = toFeeds(inputs, columns);
      const found = rows === 0 ? {} : session.run(feeds);
      return {
        rows,
        numeric: width === 0 ? new Float32Array() : numbersIn(found, names.numeric, rows * width),
        categories: sideBySide(
          names.categories.map((name) => placesIn(found, name, rows)),
          rows,
        ),
      };
    },
    release: async () => session.release(),
  };
}

function tensorOf(category: string): string {
  return inNetwork(categoryTensor(category));
}

function outputsOf(width: number, names: { readonly numeric: string; readonly categories: readonly string[] }) {
  const numeric: GraphTensor[] = width === 0 ? [] : [{ name: names.numeric, type: 'float', dims: ['rows', width] }];
  return [...numeric, ...names.categories.map((name): GraphTensor => ({ name, type: 'int64', dims: ['rows'] }))];
}

/** The nodes that these tensors need, and none of the network's. */
function partOf(graph: Graph, outputs: readonly GraphTensor[]): Graph {
  const needed = outputs.map(({ name }) => neededPart(graph, name));
  const nodes = new Set(needed.flatMap((part) => part.nodes));
  const initializers = new Set(needed.flatMap((part) => part.initializers));
  return {
    ...graph,
    nodes: graph.nodes.filter((node) => nodes.has(node)),
    initializers: graph.initializers.filter((initializer) => initializers.has(initializer)),
  };
}

type Results = ReturnType<OrtModel['run']>;

function numbersIn(results: Results, name: string, length: number): Float32Array {
  const data = results[name]?.data;
  if (length === 0) return new Float32Array();
  if (data instanceof Float32Array && data.length === length) return data;
  throw notThere(name, length);
}

function placesIn(results: Results, name: string, rows: number): BigInt64Array {
  const data = results[name]?.data;
  if (rows === 0) return new BigInt64Array();
  if (data instanceof BigInt64Array && data.length === rows) return data;
  throw notThere(name, rows);
}

function notThere(name: string, length: number): WhetError {
  return new WhetError('package.unloadable', { expected: `${length} values of '${name}'`, came: 'none or others' });
}

/** Row-major. */
function sideBySide(columns: readonly BigInt64Array[], rows: number): Int32Array {
  const all = new Int32Array(rows * columns.length);
  for (const [at, column] of columns.entries()) {
    for (let row = 0; row < rows; row += 1) all[row * columns.length + at] = Number(column[row]);
  }
  return all;
}
