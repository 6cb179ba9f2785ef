import type { Attribute, GraphNode } from '../../../core/graph.ts';
import { intAttribute } from './intAttribute.ts';
import { bind, type Held, literal, type Program, variable } from './program.ts';

type Attributes = Readonly<Record<string, Attribute>>;

/** `LabelEncoder` of ai.onnx.ml: each element's value in a table, or the default. */
export function labelEncoder(program: Program, { attributes = {} }: GraphNode, input: Held): Held {
  const keys = listOf(attributes, 'keys_strings') ?? listOf(attributes, 'keys_int64s');
  const floats = listOf(attributes, 'values_floats');
  const values = floats ?? listOf(attributes, 'values_int64s');
  if (keys === undefined || values === undefined)
    throw new RangeError('a LabelEncoder of other than texts or whole numbers');
  const type = floats === undefined ? 'int64' : 'float';
  const numbers = values.map((value) => (type === 'float' ? Math.fround(Number(value)) : Number(value)));
  const table = bind(program, new Map(keys.map((key, at) => [key, numbers[at]])));
  const otherwise = literal(defaultOf(attributes, type));
  const elements = input.elements.map((element) => variable(program, `${table}.get(${element}) ?? ${otherwise}`));
  return { type, dims: input.dims, elements };
}

function defaultOf(attributes: Attributes, type: 'int64' | 'float'): number {
  const held = attributes[type === 'float' ? 'default_float' : 'default_int64'];
  if (held === undefined) return type === 'float' ? -0 : -1;
  return 'float' in held ? Math.fround(held.float) : 'int' in held ? held.int : Number.NaN;
}

/**
 * `Gather` of rows of a constant: an embedding, or a table by its index; or of columns of a row by constants. Negative
 * indices count from the end.
 */
export function gather(program: Program, node: GraphNode, table: Held, index: Held): Held {
  const axis = intAttribute(node, 'axis') ?? 0;
  const { constants } = table;
  if (index.constants !== undefined && axis === 1) return columnsAt(table, index.constants);
  if (constants === undefined || axis !== 0 || index.elements.length !== 1) {
    throw new RangeError('a Gather of other than one row of a constant, or columns by constants');
  }
  const [rows = 0, ...inner] = table.dims;
  const width = inner.reduce((size, dim) => size * dim, 1);
  const at = variable(program, `${index.elements[0]} < 0 ? ${index.elements[0]} + ${rows} : ${index.elements[0]}`);
  let elements: string[] | undefined;
  return {
    type: table.type,
    dims: [...index.dims, ...inner],
    row: { table: constants, rows, width, index: at },
    /** Read where somebody asks for them: a product need not. */
    get elements() {
      elements ??= rowElements(program, constants, width, at);
      return elements;
    },
  };
}

function rowElements(program: Program, table: NonNullable<Held['constants']>, width: number, row: string): string[] {
  const values = bind(program, Float64Array.from(table, Number));
  const place = variable(program, `${row} * ${width}`);
  return Array.from({ length: width }, (_, at) => variable(program, `${values}[${place} + ${at}]`));
}

function columnsAt(table: Held, index: NonNullable<Held['constants']>): Held {
  const [rows = 0, columns = 0, ...more] = table.dims;
  if (rows !== 1 || more.length > 0) throw new RangeError(`a Gather of columns of shape ${JSON.stringify(table.dims)}`);
  const elements = Array.from<number | bigint, string | undefined>(index, (at) => table.elements.at(Number(at)));
  if (elements.includes(undefined)) throw new RangeError(`a Gather beyond the ${columns} columns`);
  return { type: table.type, dims: [1, index.length], elements: elements.filter((element) => element !== undefined) };
}

/**
 * `RegexFullMatch`, of patterns in which RE2 and JavaScript mean the same: any character, groups, repetitions; `(?s)`, for
 * all characters are any.
 */
export function regexFullMatch(program: Program, { attributes = {} }: GraphNode, input: Held): Held {
  const pattern = listOf(attributes, 'pattern')?.[0];
  const plain = /^\(\?s\)((?:[.*,0-9{}()]|\(\?:)*)$/.exec(String(pattern))?.[1];
  if (plain === undefined) throw new RangeError(`a RegexFullMatch of the pattern ${pattern}`);
  const whole = bind(program, new RegExp(`^(?:${plain})$`, 'su'));
  const elements = input.elements.map((element) => variable(program, `${whole}.test(${element})`));
  return { type: 'bool', dims: input.dims, elements };
}

function listOf(attributes: Attributes, name: string): readonly (string | number)[] | undefined {
  const held = attributes[name];
  if (held === undefined) return undefined;
  if ('strings' in held) return held.strings;
  if ('string' in held) return [held.string];
  if ('ints' in held) return held.ints;
  return 'floats' in held ? held.floats : undefined;
}
