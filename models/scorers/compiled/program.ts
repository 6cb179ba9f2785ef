import type { TensorType } from '../../../core/graph.ts';

/**
 * A tensor of one row while its program is written: what JavaScript expression holds each element. The first dimension,
 * where it is that of the rows, is 1.
 */
export interface Held {
  readonly type: TensorType;
  readonly dims: readonly number[];
  /** One per element, row-major: a variable, a literal or a place in an array; reading one twice costs nothing. */
  readonly elements: readonly string[];
  /** The array that holds exactly these elements in this order, where there is one. */
  readonly array?: string;
  /** The values themselves, where they are constants of the graph. */
  readonly constants?: Float32Array | Float64Array | BigInt64Array;
  /** The row of a constant table that this is, such as an embedding. */
  readonly row?: TableRow;
  /** What this sets side by side. */
  readonly parts?: readonly Held[];
}

export interface TableRow {
  readonly table: Float32Array | Float64Array | BigInt64Array;
  readonly rows: number;
  readonly width: number;
  /** Which row: a variable. */
  readonly index: string;
}

/** A program as it grows: statements, and the objects that they name. */
export interface Program {
  readonly statements: string[];
  /** Functions that the statements call: declarations, made once. */
  readonly declarations: string[];
  /** What both name besides their own variables, made once. */
  readonly bound: Map<string, Bound>;
  /** A name of its own. */
  fresh(): string;
}

export type Bound = Float32Array | Float64Array | ReadonlyMap<string | number, number | undefined> | RegExp;

export function openProgram(): Program {
  let names = 0;
  return { statements: [], declarations: [], bound: new Map(), fresh: () => `v${names++}` };
}

/** A new function, from its text. */
export function declared(program: Program, text: string): string {
  const name = program.fresh();
  program.declarations.push(`const ${name} = ${text};`);
  return name;
}

/** A new variable with the value of an expression. */
export function variable(program: Program, expression: string): string {
  const name = program.fresh();
  program.statements.push(`const ${name} = ${expression};`);
  return name;
}

/** An object under a new name. */
export function bind(program: Program, object: Bound): string {
  const name = program.fresh();
  program.bound.set(name, object);
  return name;
}

/** A new array of float64, to write elements into; its elements are its places. */
export function newArray(
  program: Program,
  type: TensorType,
  dims: readonly number[],
): Held & { readonly array: string } {
  const size = sizeOf(dims);
  const array = bind(program, new Float64Array(size));
  return { type, dims, elements: Array.from({ length: size }, (_, at) => `${array}[${at}]`), array };
}

/** The array that holds a tensor's elements; where they lie apart, a copy of them. */
export function arrayOf(program: Program, held: Held): string {
  if (held.array !== undefined) return held.array;
  if (held.constants !== undefined) return bind(program, Float64Array.from(held.constants, Number));
  const copy = newArray(program, held.type, held.dims);
  program.statements.push(...held.elements.map((element, at) => `${copy.array}[${at}] = ${element};`));
  return copy.array;
}

export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((size, dim) => size * dim, 1);
}

/** A number as a literal that reads back as itself. */
export function literal(value: number | bigint): string {
  const number = Number(value);
  if (typeof value === 'bigint' && !Number.isSafeInteger(number)) throw new RangeError(`the whole number ${value}`);
  if (Number.isNaN(number)) return 'NaN';
  if (!Number.isFinite(number)) return number > 0 ? 'Infinity' : '-Infinity';
  return Object.is(number, -0) ? '-0' : number < 0 ? `(${number})` : String(number);
}
