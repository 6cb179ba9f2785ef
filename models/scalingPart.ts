import type { GraphNode, GraphPart, Initializer } from '../core/graph.ts';
import type { ColumnScaling, RankMap } from '../core/matrix.ts';
import { doubleConstant } from '../features/doubleConstant.ts';
import { onnxDouble, onnxFloat } from '../features/onnxTypes.ts';

/**
 * From `numeric` to `scaled`, as the trainer scales: missing values filled, ranks looked up, then (value - mean) /
 * deviation. What no column needs is left out.
 */
export function scalingPart(scaling: readonly ColumnScaling[]): GraphPart {
  const filled = filledPart(scaling, 'numeric');
  const ranked = rankedPart(scaling, filled.output);
  const plain: GraphPart = {
    nodes: [
      { op: 'Sub', inputs: [ranked.output, 'scaling/mean'], outputs: ['scaling/centred'] },
      { op: 'Div', inputs: ['scaling/centred', 'scaling/deviation'], outputs: ['scaled'] },
    ],
    initializers: [
      floats(
        'scaling/mean',
        scaling.map(({ mean }) => mean),
      ),
      floats(
        'scaling/deviation',
        scaling.map(({ deviation }) => deviation),
      ),
    ],
    output: 'scaled',
  };
  return together([filled, ranked, plain]);
}

function filledPart(scaling: readonly ColumnScaling[], input: string): GraphPart {
  if (scaling.every(({ fill }) => fill === undefined)) return unchanged(input);
  return {
    nodes: [
      { op: 'IsNaN', inputs: [input], outputs: ['scaling/isMissing'] },
      { op: 'Where', inputs: ['scaling/isMissing', 'scaling/fill', input], outputs: ['scaling/filled'] },
    ],
    initializers: [
      floats(
        'scaling/fill',
        scaling.map(({ fill = 0 }) => fill),
      ),
    ],
    output: 'scaling/filled',
  };
}

/** The columns one by one where one of them is a rank: each is taken out, mapped if it has a map, and put back. */
function rankedPart(scaling: readonly ColumnScaling[], input: string): GraphPart {
  if (scaling.every(({ ranks }) => ranks === undefined)) return unchanged(input);
  const columns = scaling.map(({ ranks }, at) => {
    const taken = takenPart(input, at);
    return ranks === undefined ? taken : together([taken, rankPart(ranks, taken.output)]);
  });
  const inputs = columns.map(({ output }) => output);
  const join: GraphNode = { op: 'Concat', inputs, outputs: ['scaling/ranked'], attributes: { axis: { int: 1 } } };
  return together([...columns, { nodes: [join], initializers: [], output: 'scaling/ranked' }]);
}

/** One column of the matrix: float [rows, 1]. */
function takenPart(input: string, at: number): GraphPart {
  const output = `scaling/${at}`;
  return {
    nodes: [{ op: 'Gather', inputs: [input, `${output}/at`], outputs: [output], attributes: { axis: { int: 1 } } }],
    initializers: [{ name: `${output}/at`, type: 'int64', dims: [1], values: BigInt64Array.of(BigInt(at)) }],
    output,
  };
}

/** The first rank, and of each step as much as the value is past it, from none to all: shares of steps in float64. */
function rankPart({ values, ranks }: RankMap, input: string): GraphPart {
  const at = (tensor: string): string => `${input}/${tensor}`;
  const steps = values.length - 1;
  const differences = (of: readonly number[]): number[] => of.slice(1).map((value, place) => value - (of[place] ?? 0));
  const doubles = (name: string, held: readonly number[]): Initializer => {
    return { name, type: 'double', dims: [held.length], values: Float64Array.from(held) };
  };
  return {
    nodes: [
      { op: 'Cast', inputs: [input], outputs: [at('double')], attributes: { to: { int: onnxDouble } } },
      { op: 'Sub', inputs: [at('double'), at('from')], outputs: [at('beyond')] },
      { op: 'Div', inputs: [at('beyond'), at('length')], outputs: [at('past')] },
      { op: 'Clip', inputs: [at('past'), at('none'), at('all')], outputs: [at('share')] },
      { op: 'Cast', inputs: [at('share')], outputs: [at('shares')], attributes: { to: { int: onnxFloat } } },
      { op: 'MatMul', inputs: [at('shares'), at('steps')], outputs: [at('climbed')] },
      { op: 'Add', inputs: [at('climbed'), at('first')], outputs: [at('ranked')] },
    ],
    initializers: [
      doubles(at('from'), values.slice(0, -1)),
      doubles(at('length'), differences(values)),
      doubleConstant(at('none'), 0),
      doubleConstant(at('all'), 1),
      { name: at('steps'), type: 'float', dims: [steps, 1], values: Float32Array.from(differences(ranks)) },
      floats(at('first'), ranks.slice(0, 1)),
    ],
    output: at('ranked'),
  };
}

function unchanged(input: string): GraphPart {
  return { nodes: [], initializers: [], output: input };
}

/** Parts of which each begins where the one before ends. */
function together(parts: readonly GraphPart[]): GraphPart {
  return {
    nodes: parts.flatMap(({ nodes }) => nodes),
    initializers: parts.flatMap(({ initializers }) => initializers),
    output: parts.at(-1)?.output ?? '',
  };
}

function floats(name: string, values: readonly number[]): Initializer {
  return { name, type: 'float', dims: [values.length], values: Float32Array.from(values) };
}
