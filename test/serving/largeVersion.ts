import type { Graph, Initializer } from '../../core/graph.ts';
import type { ModelPackage } from '../../core/modelPackage.ts';
import type { RoutedVersion } from '../../core/routing.ts';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { getObjectJson, putObject, putObjectJson } from '../../storage/objects.ts';
import { pipeline, putVersion } from './fixture.ts';

export const distanceRow = { distance: 733 };

/** A package of so many megabytes: score = sigmoid(distance / 10000 + version / 10 + 0 times a product of large matrices). */
export async function putLarge(store: ObjectStore, version: number, megabytes: number): Promise<RoutedVersion> {
  const held = await getObjectJson<ModelPackage>(store, (await putVersion(store, version)).package);
  const bytes = encodeModel(graphOf(version, Math.ceil((megabytes * 2 ** 20) / (4 * hidden))));
  const digest = await putObject(store, bytes);
  const distances = [733, 100];
  const made: ModelPackage = {
    ...held,
    model: { digest, bytes: bytes.byteLength },
    inputs: [{ name: 'distance', type: 'int', nullable: false }],
    golden: { columns: { distance: distances }, scores: distances.map((each) => scoreOf(version, each)) },
  };
  return { version, package: await putObjectJson(store, made), digest };
}

function scoreOf(version: number, distance: number): number {
  return 1 / (1 + Math.exp(-(distance / 10_000 + version / 10)));
}

const hidden = 64;

function graphOf(version: number, columns: number): Graph {
  const floats = (name: string, dims: number[], valueAt: (at: number) => number): Initializer => ({
    name,
    dims,
    type: 'float',
    values: Float32Array.from({ length: dims.reduce((product, each) => product * each, 1) }, (_, at) => valueAt(at)),
  });
  const shape = (name: string, ...dims: bigint[]): Initializer => ({
    name,
    dims: [dims.length],
    type: 'int64',
    values: BigInt64Array.from(dims),
  });
  return {
    name: pipeline,
    inputs: [{ name: 'distance', type: 'int64', dims: ['rows'] }],
    outputs: [{ name: 'score', type: 'float', dims: ['rows'] }],
    initializers: [
      floats('first', [1, hidden], (at) => at / hidden),
      floats('second', [hidden, columns], (at) => (at % 7) / 100),
      floats('third', [columns, 1], () => 0),
      floats('perMile', [], () => 0.0001),
      floats('bias', [], () => version / 10),
      shape('column', -1n, 1n),
      shape('flat', -1n),
    ],
    nodes: [
      { op: 'Cast', inputs: ['distance'], outputs: ['miles'], attributes: { to: { int: 1 } } },
      { op: 'Mul', inputs: ['miles', 'perMile'], outputs: ['part'] },
      { op: 'Reshape', inputs: ['part', 'column'], outputs: ['part/column'] },
      { op: 'MatMul', inputs: ['part/column', 'first'], outputs: ['one'] },
      { op: 'MatMul', inputs: ['one', 'second'], outputs: ['two'] },
      { op: 'MatMul', inputs: ['two', 'third'], outputs: ['three'] },
      { op: 'Reshape', inputs: ['three', 'flat'], outputs: ['none'] },
      { op: 'Sum', inputs: ['part', 'bias', 'none'], outputs: ['sum'] },
      { op: 'Sigmoid', inputs: ['sum'], outputs: ['score'] },
    ],
  };
}
