import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import type { Attribute, Graph, GraphNode, Initializer, TensorType } from '../../core/graph.ts';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import { digestOf } from '../../storage/digest.ts';

describe('encodeModel', () => {
  test.each<[TensorType, () => Tensor]>([
    ['float', () => new Tensor('float32', Float32Array.of(0.1, -3.4e38), [2])],
    ['double', () => new Tensor('float64', Float64Array.of(0.1, -1.7e308), [2])],
    ['int64', () => new Tensor('int64', BigInt64Array.of(-1n, 2n ** 62n), [2])],
    ['bool', () => new Tensor('bool', Uint8Array.of(1, 0), [2])],
    ['string', () => new Tensor('string', ['ATL', 'Zürich'], [2])],
  ])('a %s tensor goes in and comes out as it was', async (type, make) => {
    const given = make();
    const came = await run(oneNode({ op: 'Identity', inputs: ['x'], outputs: ['y'] }, type, type), { x: given });
    expect(came.type).toBe(given.type);
    expect(came.data).toEqual(given.data);
  });

  test.each<[string, Initializer, TensorType, Tensor]>([
    ['float', { name: 'c', type: 'float', dims: [2], values: Float32Array.of(1.5, -2) }, 'float', floats(1, 1)],
    [
      'double',
      { name: 'c', type: 'double', dims: [2], values: Float64Array.of(1.5, -2) },
      'double',
      new Tensor('float64', Float64Array.of(1, 1), [2]),
    ],
    [
      'int64',
      { name: 'c', type: 'int64', dims: [2], values: BigInt64Array.of(2n ** 53n + 1n, -2n) },
      'int64',
      new Tensor('int64', BigInt64Array.of(1n, 1n), [2]),
    ],
  ])('a constant of type %s is added exactly', async (_, constant, type, given) => {
    const graph = oneNode({ op: 'Add', inputs: ['x', 'c'], outputs: ['y'] }, type, type, [constant]);
    const values: (number | bigint)[] = [...constant.values];
    const expected = values.map((value) => (typeof value === 'bigint' ? value + 1n : value + 1));
    expect(Array.from((await run(graph, { x: given })).data as Float32Array)).toEqual(expected);
  });

  test('constants that are views of a larger buffer keep their own bytes', async () => {
    const values = Float32Array.of(9, 9, 1, 2, 9).subarray(2, 4);
    const graph = oneNode({ op: 'Add', inputs: ['x', 'c'], outputs: ['y'] }, 'float', 'float', [
      { name: 'c', type: 'float', dims: [2], values },
    ]);
    expect((await run(graph, { x: floats(0, 0) })).data).toEqual(Float32Array.of(1, 2));
  });

  test('an int attribute, also a negative one', async () => {
    const node = (axis: number): GraphNode => node2('Softmax', { axis: { int: axis } });
    const graph = oneNode(node(-1), 'float', 'float');
    expect((await run(graph, { x: floats(0, 0) })).data).toEqual(Float32Array.of(0.5, 0.5));
  });

  test('a float attribute', async () => {
    const graph = oneNode(node2('LeakyRelu', { alpha: { float: 0.25 } }), 'float', 'float');
    expect((await run(graph, { x: floats(-8, 8) })).data).toEqual(Float32Array.of(-2, 8));
  });

  test('an ints attribute', async () => {
    const graph: Graph = {
      ...oneNode(node2('Transpose', { perm: { ints: [1, 0] } }), 'float', 'float'),
      inputs: [{ name: 'x', type: 'float', dims: ['rows', 2] }],
      outputs: [{ name: 'y', type: 'float', dims: [2, 'rows'] }],
    };
    const came = await run(graph, { x: new Tensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2]) });
    expect(came.data).toEqual(Float32Array.of(1, 3, 2, 4));
  });

  test('strings and floats attributes, in the domain ai.onnx.ml', async () => {
    const node = mlNode({
      keys_strings: { strings: ['ATL', 'ORD'] },
      values_floats: { floats: [0.25, 0.75] },
      default_float: { float: 0.5 },
    });
    const came = await run(oneNode(node, 'string', 'float'), { x: new Tensor('string', ['ORD', '?', 'ATL'], [3]) });
    expect(came.data).toEqual(Float32Array.of(0.75, 0.5, 0.25));
  });

  test('an ints attribute of the domain ai.onnx.ml: values beyond 32 bits', async () => {
    const node = mlNode({
      keys_strings: { strings: ['ATL'] },
      values_int64s: { ints: [2 ** 40] },
      default_int64: { int: 0 },
    });
    const came = await run(oneNode(node, 'string', 'int64'), { x: new Tensor('string', ['ATL', 'ORD'], [2]) });
    expect(came.data).toEqual(BigInt64Array.of(2n ** 40n, 0n));
  });

  test('the same graph gives the same bytes, in whatever order its attributes were written', () => {
    const a = { keys_strings: { strings: ['ATL'] }, values_int64s: { ints: [1] }, default_int64: { int: 0 } };
    const b = { default_int64: { int: 0 }, values_int64s: { ints: [1] }, keys_strings: { strings: ['ATL'] } };
    const [first, second] = [a, b].map((attributes) => encodeModel(oneNode(mlNode(attributes), 'string', 'int64')));
    expect(first).toEqual(second);
  });

  // Model digests are promised to last: bytes that change here need a new `packageVersion`.
  test('golden: the bytes of a small graph', () => {
    const constant: Initializer = { name: 'c', type: 'float', dims: [2], values: Float32Array.of(1.5, -2) };
    const graph = oneNode({ op: 'Add', inputs: ['x', 'c'], outputs: ['y'] }, 'float', 'float', [constant]);
    expect(digestOf(encodeModel(graph))).toMatchInlineSnapshot(
      `"5a8be3fd458516dfedfc3deb3bfefac08aa6f2d6ea468a6538c4dad612916d5a"`,
    );
  });
});

function node2(op: string, attributes: Record<string, Attribute>): GraphNode {
  return { op, inputs: ['x'], outputs: ['y'], attributes };
}

function mlNode(attributes: Record<string, Attribute>): GraphNode {
  return { ...node2('LabelEncoder', attributes), domain: 'ai.onnx.ml' };
}

function oneNode(node: GraphNode, from: TensorType, to: TensorType, initializers: Initializer[] = []): Graph {
  return {
    name: 'one',
    inputs: [{ name: 'x', type: from, dims: ['rows'] }],
    outputs: [{ name: 'y', type: to, dims: ['rows'] }],
    nodes: [node],
    initializers,
  };
}

function floats(...values: number[]): Tensor {
  return new Tensor('float32', Float32Array.from(values), [values.length]);
}

async function run(graph: Graph, feeds: Record<string, Tensor>): Promise<Tensor> {
  const session = await InferenceSession.create(encodeModel(graph));
  try {
    const { y } = await session.run(feeds);
    if (y === undefined) throw new Error('no output y');
    return y;
  } finally {
    await session.release();
  }
}
