import type { GraphNode } from '../../../core/graph.ts';
import { arrayOf, bind, declared, type Held, newArray, type Program } from './program.ts';

/**
 * x · kernel + bias for one row, as `Gemm` and `MatMul` say it. Sums are taken in double precision, four outputs side by
 * side: nearly as fast as one statement for each product, and without its long time to compile.
 */
export function product(program: Program, node: GraphNode, x: Held, kernel: Held, bias: Held | undefined): Held {
  const { inputs, outputs, weights } = columnsOf(node, x, kernel);
  const offsets = biasesOf(bias, outputs);
  const [from, to] = [arrayOf(program, x), newArray(program, 'float', [1, outputs])];
  const bound = { weights: bind(program, blocked(weights, inputs, outputs)), biases: bind(program, offsets) };
  const step = declared(program, stepText(inputs, outputs, bound));
  program.statements.push(`${step}(${from}, ${to.array});`);
  return to;
}

interface Columns {
  readonly inputs: number;
  readonly outputs: number;
  /** The weight of input i for output j. */
  readonly weights: (i: number, j: number) => number;
}

function columnsOf({ op, attributes = {} }: GraphNode, x: Held, kernel: Held): Columns {
  const flag = (name: string, usual: number): number => {
    const held = attributes[name];
    return held === undefined ? usual : 'int' in held ? held.int : 'float' in held ? held.float : Number.NaN;
  };
  if (flag('alpha', 1) !== 1 || flag('beta', 1) !== 1 || flag('transA', 0) !== 0)
    throw new RangeError(`${op} with factors`);
  const [values, rows, columns] = [kernel.constants, kernel.dims[0] ?? 0, kernel.dims[1] ?? 0];
  if (values === undefined || kernel.dims.length !== 2 || kernel.type !== 'float' || x.type !== 'float') {
    throw new RangeError(`${op} of anything but a row of float and a constant matrix`);
  }
  const transposed = flag('transB', 0) === 1;
  const [inputs, outputs] = transposed ? [columns, rows] : [rows, columns];
  if (x.elements.length !== inputs) throw new RangeError(`${op} of ${x.elements.length} numbers by ${inputs} rows`);
  const at = (i: number, j: number): number => (transposed ? j * columns + i : i * columns + j);
  return { inputs, outputs, weights: (i, j) => Number(values[at(i, j)]) };
}

function biasesOf(bias: Held | undefined, outputs: number): Float64Array {
  if (bias === undefined) return new Float64Array(outputs);
  const { constants } = bias;
  if (constants === undefined) throw new RangeError('a bias that is no constant');
  return Float64Array.from({ length: outputs }, (_, at) => Number(constants[constants.length === 1 ? 0 : at]));
}

/** The weights in the order in which the loops read them: four outputs of an input together, then the rest one by one. */
function blocked(weights: Columns['weights'], inputs: number, outputs: number): Float64Array {
  const ordered = new Float64Array(inputs * outputs);
  let next = 0;
  for (let j = 0; j < outputs; j += widthAt(j, outputs)) {
    for (let i = 0; i < inputs; i += 1) {
      for (let lane = 0; lane < widthAt(j, outputs); lane += 1) ordered[next++] = weights(i, j + lane);
    }
  }
  return ordered;
}

function widthAt(output: number, outputs: number): 1 | 4 {
  return output + 4 <= outputs ? 4 : 1;
}

/** A function for this product alone: shared code would slow down with its many callers. */
function stepText(inputs: number, outputs: number, { weights, biases }: { weights: string; biases: string }): string {
  const fours = outputs - (outputs % 4);
  return `(from, to) => {
  let at = 0;
  for (let j = 0; j < ${fours}; j += 4) {
    let a = ${biases}[j], b = ${biases}[j + 1], c = ${biases}[j + 2], d = ${biases}[j + 3];
    for (let i = 0; i < ${inputs}; i += 1) {
      const x = from[i];
      a += ${weights}[at] * x; b += ${weights}[at + 1] * x; c += ${weights}[at + 2] * x; d += ${weights}[at + 3] * x;
      at += 4;
    }
    to[j] = Math.fround(a); to[j + 1] = Math.fround(b); to[j + 2] = Math.fround(c); to[j + 3] = Math.fround(d);
  }
  for (let j = ${fours}; j < ${outputs}; j += 1) {
    let a = ${biases}[j];
    for (let i = 0; i < ${inputs}; i += 1) a += ${weights}[at++] * from[i];
    to[j] = Math.fround(a);
  }
}`;
}
