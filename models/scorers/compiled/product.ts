import type { GraphNode } from '../../../core/graph.ts';
import { arrayOf, bind, declared, type Held, newArray, type Program, sizeOf, type TableRow } from './program.ts';

/**
 * x · kernel + bias for one row, as `Gemm` and `MatMul` say it. Sums are taken in double precision, four outputs side by
 * side: nearly as fast as one statement for each product, and without its long time to compile. Rows of tables in x are
 * multiplied beforehand, once for each row of the table, so that they cost an addition.
 */
export function product(program: Program, node: GraphNode, x: Held, kernel: Held, bias: Held | undefined): Held {
  const { inputs, outputs, weights } = columnsOf(node, x, kernel);
  const { tables, rest, places } = multiplied(x, inputs, outputs, weights);
  const [from, to] = [rest === undefined ? '' : arrayOf(program, rest), newArray(program, 'float', [1, outputs])];
  const restWeights = (i: number, j: number): number => weights(places[i] ?? 0, j);
  const sums = tables.map(({ sums }) => bind(program, sums));
  const bound = {
    weights: bind(program, blocked(restWeights, places.length, outputs)),
    biases: bind(program, biasesOf(bias, outputs)),
    sums,
  };
  const step = declared(program, stepText(places.length, outputs, bound));
  const rows = tables.map(({ index }) => `, ${index} * ${outputs}`).join('');
  program.statements.push(`${step}(${from || to.array}, ${to.array}${rows});`);
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
  if (sizeOf(x.dims) !== inputs) throw new RangeError(`${op} of ${sizeOf(x.dims)} numbers by ${inputs} rows`);
  const at = (i: number, j: number): number => (transposed ? j * columns + i : i * columns + j);
  return { inputs, outputs, weights: (i, j) => Number(values[at(i, j)]) };
}

function biasesOf(bias: Held | undefined, outputs: number): Float64Array {
  if (bias === undefined) return new Float64Array(outputs);
  const { constants } = bias;
  if (constants === undefined) throw new RangeError('a bias that is no constant');
  return Float64Array.from({ length: outputs }, (_, at) => Number(constants[constants.length === 1 ? 0 : at]));
}

interface Multiplied {
  readonly tables: readonly { readonly index: string; readonly sums: Float32Array }[];
  /** What is left of x, and the places in x of its elements. */
  readonly rest: Held | undefined;
  readonly places: readonly number[];
}

/** Most sums of one table: 1 MB. Of a larger one, looking up would cost more than multiplying. */
const mostSums = 262_144;

function multiplied(x: Held, inputs: number, outputs: number, weights: Columns['weights']): Multiplied {
  const parts = x.parts ?? [x];
  const tables: Multiplied['tables'][number][] = [];
  const [left, places]: [Held[], number[]] = [[], []];
  let first = 0;
  for (const part of parts) {
    const size = sizeOf(part.dims);
    if (part.row !== undefined && part.row.rows * outputs <= mostSums) {
      tables.push({ index: part.row.index, sums: sumsOf(part.row, first, outputs, weights) });
    } else {
      left.push(part);
      for (let at = first; at < first + size; at += 1) places.push(at);
    }
    first += size;
  }
  const all = Array.from({ length: inputs }, (_, at) => at);
  if (tables.length === 0) return { tables, rest: x, places: all };
  const elements = left.flatMap((part) => part.elements);
  return {
    tables,
    rest: left.length === 0 ? undefined : { type: x.type, dims: [1, elements.length], elements },
    places,
  };
}

/** What each row of a table adds to each output. */
function sumsOf(
  { table, rows, width }: TableRow,
  first: number,
  outputs: number,
  weights: Columns['weights'],
): Float32Array {
  const sums = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row += 1) {
    for (let j = 0; j < outputs; j += 1) {
      let sum = 0;
      for (let i = 0; i < width; i += 1) sum += Number(table[row * width + i]) * weights(first + i, j);
      sums[row * outputs + j] = sum;
    }
  }
  return sums;
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

interface BoundNames {
  readonly weights: string;
  readonly biases: string;
  readonly sums: readonly string[];
}

/** A function for this product alone: shared code would slow down with its many callers. */
function stepText(inputs: number, outputs: number, { weights, biases, sums }: BoundNames): string {
  const fours = outputs - (outputs % 4);
  const rows = sums.map((_, at) => `, r${at}`).join('');
  const start = (lane: number): string =>
    [`${biases}[j + ${lane}]`, ...sums.map((sum, at) => `${sum}[r${at} + j + ${lane}]`)].join(' + ');
  return `(from, to${rows}) => {
  let at = 0;
  for (let j = 0; j < ${fours}; j += 4) {
    let a = ${start(0)}, b = ${start(1)}, c = ${start(2)}, d = ${start(3)};
    for (let i = 0; i < ${inputs}; i += 1) {
      const x = from[i];
      a += ${weights}[at] * x; b += ${weights}[at + 1] * x; c += ${weights}[at + 2] * x; d += ${weights}[at + 3] * x;
      at += 4;
    }
    to[j] = Math.fround(a); to[j + 1] = Math.fround(b); to[j + 2] = Math.fround(c); to[j + 3] = Math.fround(d);
  }
  for (let j = ${fours}; j < ${outputs}; j += 1) {
    let a = ${start(0)};
    for (let i = 0; i < ${inputs}; i += 1) a += ${weights}[at++] * from[i];
    to[j] = Math.fround(a);
  }
}`;
}
