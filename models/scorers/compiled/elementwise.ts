import type { TensorType } from '../../../core/graph.ts';
import { arrayOf, type Held, newArray, type Program, sizeOf, variable } from './program.ts';

/** How an operator on numbers, texts and truths is said in JavaScript, one element at a time. */
export type Expression = (...operands: readonly string[]) => string;

/** Elements from which a loop over arrays is shorter to compile than a statement for each. */
const fromElements = 9;

/** An operator on each element of its operands, which are spread to a common shape as in NumPy. */
export function elementwise(
  program: Program,
  type: TensorType,
  operands: readonly Held[],
  expression: Expression,
): Held {
  const dims = commonDims(operands.map((operand) => operand.dims));
  const rounded = rounding(type, expression);
  if (sizeOf(dims) >= fromElements && operands.every((operand) => isPlain(operand, dims))) {
    return looped(program, type, dims, operands, rounded);
  }
  const elements = Array.from({ length: sizeOf(dims) }, (_, at) =>
    variable(program, rounded(...operands.map((operand) => operand.elements[placeIn(operand, dims, at)] ?? ''))),
  );
  return { type, dims, elements };
}

/** Single precision rounds after each operation, as every runtime does: a comparison to a border depends on it. */
function rounding(type: TensorType, expression: Expression): Expression {
  return type === 'float' ? (...operands) => `Math.fround(${expression(...operands)})` : expression;
}

/** Numbers of the whole shape, or one for all. */
function isPlain({ type, elements }: Held, dims: readonly number[]): boolean {
  return type !== 'string' && type !== 'bool' && (elements.length === 1 || elements.length === sizeOf(dims));
}

function looped(
  program: Program,
  type: TensorType,
  dims: readonly number[],
  operands: readonly Held[],
  expression: Expression,
): Held {
  const places = operands.map((operand) =>
    operand.elements.length === 1 ? (operand.elements[0] ?? '') : `${arrayOf(program, operand)}[i]`,
  );
  const made = newArray(program, type, dims);
  program.statements.push(`for (let i = 0; i < ${sizeOf(dims)}; i += 1) ${made.array}[i] = ${expression(...places)};`);
  return made;
}

function commonDims(all: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...all.map((dims) => dims.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = all.map((dims) => dims[axis - rank + dims.length] ?? 1);
    const widest = Math.max(...sizes);
    if (sizes.some((size) => size !== 1 && size !== widest)) throw new RangeError(`shapes ${JSON.stringify(all)}`);
    return widest;
  });
}

/** Where an operand holds the element that stands at `at` of the common shape. */
function placeIn(operand: Held, dims: readonly number[], at: number): number {
  let [place, stride, left] = [0, 1, at];
  for (let axis = dims.length - 1; axis >= 0; axis -= 1) {
    const size = operand.dims[axis - dims.length + operand.dims.length] ?? 1;
    const index = left % (dims[axis] ?? 1);
    left = Math.floor(left / (dims[axis] ?? 1));
    place += (size === 1 ? 0 : index) * stride;
    stride *= size;
  }
  return place;
}
