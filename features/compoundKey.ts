import type { KeyPart } from '../core/featurePlan.ts';
import type { GraphNode, GraphPart, Initializer } from '../core/graph.ts';
import type { RawColumn } from '../core/modelPackage.ts';
import { hourMs } from '../core/time.ts';
import { sqlName } from '../datasets/database.ts';
import { doubleConstant } from './doubleConstant.ts';
import type { ColumnOf, KeyedValues } from './featureKind.ts';
import { keyColumn, keyLookup, keySql } from './keyLookup.ts';
import { onnxDouble, onnxInt64 } from './onnxTypes.ts';

const dayMs = 24 * hourMs;

/** Between the texts of a key's parts, none of which holds it: see `keySql`. */
const between = '\u0000';

/** The texts of a key's parts; a key of one part is its text. */
export function textsOfKey(key: string): string[] {
  return key.split(between);
}

/** The texts of a key's parts as one text. Of a time of day it is the number of its step, from 0. */
export function compoundKeySql(parts: readonly KeyPart[], columnOf: ColumnOf): string {
  const texts = parts.map(({ column, timeOfDayMs }) =>
    timeOfDayMs === undefined ? keySql(column, columnOf(column).type) : stepSql(column, timeOfDayMs),
  );
  return `concat_ws(chr(0), ${texts.join(', ')})`;
}

/** Twice the remainder, as SQL's has the sign of the dividend and times before 1970 are negative. */
function stepSql(column: string, stepMs: number): string {
  const within = `((epoch_ms(${sqlName(column)}) % ${dayMs} + ${dayMs}) % ${dayMs})`;
  return `CAST(${within} // ${stepMs} AS VARCHAR)`;
}

/**
 * The same key in the graph. Each part has a code, which is 0 where no key has it; the codes of the first two become the
 * number of their pair, that and the third's the number of the triple, and the last number is looked up. They are put
 * together in double, where they are exact: pairs are numbered anew, so that there are never 2^53 of them.
 */
export function compoundKeyColumn(
  name: string,
  parts: readonly KeyPart[],
  columnOf: ColumnOf,
  looked: string,
  { keys, values, otherwise }: KeyedValues,
): GraphPart {
  const texts = keys.map(textsOfKey);
  const coded = parts.map((part, at) => codedPart(`${name}/part${at}`, part, columnOf, textsAt(texts, at)));
  const joined = coded.reduce((left, right, at) => pairOf(`${name}/pair${at}`, at > 1 ? numbered(left) : left, right));
  const whole = toWhole(joined);
  const byNumber = { keys: joined.codes.map(String), values, otherwise };
  const column = keyColumn(name, { name: whole.output, type: 'int', nullable: false }, looked, byNumber);
  return togetherAs(column.output, [joined.graph, whole, column]);
}

/** A part of the key, or some of them together, as a number of each row. */
interface Coded {
  readonly name: string;
  /** Ends in double [rows], whole and below `size`. */
  readonly graph: GraphPart;
  readonly size: number;
  /** Of each key. */
  readonly codes: readonly number[];
}

function textsAt(texts: readonly (readonly string[])[], at: number): string[] {
  return texts.map((parts) => parts[at] ?? '');
}

function codedPart(name: string, part: KeyPart, columnOf: ColumnOf, texts: readonly string[]): Coded {
  const { column, timeOfDayMs } = part;
  return timeOfDayMs === undefined
    ? codedColumn(name, columnOf(column), texts)
    : codedTime(name, column, timeOfDayMs, texts);
}

function codedColumn(name: string, column: RawColumn, texts: readonly string[]): Coded {
  const values = [...new Set(texts)];
  const codeOf = new Map(values.map((value, at) => [value, at + 1]));
  const codes = [...codeOf.values()];
  const lookup = keyLookup(name, column, `${name}/code`, { keys: values, values: codes, otherwise: 0 }, 'int64');
  const graph = togetherAs(`${name}/double`, [lookup, castPart(lookup.output, `${name}/double`, onnxDouble)]);
  return { name, graph, size: values.length + 1, codes: texts.map((text) => codeOf.get(text) ?? 0) };
}

/** The number of the step and 1 more; the remainder's sign is the divisor's. */
function codedTime(name: string, column: string, stepMs: number, texts: readonly string[]): Coded {
  const at = (tensor: string): string => `${name}/${tensor}`;
  const nodes: GraphNode[] = [
    { op: 'Mod', inputs: [column, at('day')], outputs: [at('within')] },
    { op: 'Cast', inputs: [at('within')], outputs: [at('ms')], attributes: { to: { int: onnxDouble } } },
    { op: 'Div', inputs: [at('ms'), at('step')], outputs: [at('steps')] },
    { op: 'Floor', inputs: [at('steps')], outputs: [at('number')] },
    { op: 'Add', inputs: [at('number'), at('one')], outputs: [at('code')] },
  ];
  const day: Initializer = { name: at('day'), type: 'int64', dims: [], values: BigInt64Array.of(BigInt(dayMs)) };
  const initializers = [day, doubleConstant(at('step'), stepMs), doubleConstant(at('one'), 1)];
  const graph = { nodes, initializers, output: at('code') };
  return { name, graph, size: dayMs / stepMs + 1, codes: texts.map((text) => Number(text) + 1) };
}

function pairOf(name: string, left: Coded, right: Coded): Coded {
  const [times, output] = [`${name}/times`, `${name}/code`];
  const nodes: GraphNode[] = [
    { op: 'Mul', inputs: [left.graph.output, `${name}/size`], outputs: [times] },
    { op: 'Add', inputs: [times, right.graph.output], outputs: [output] },
  ];
  const pair = { nodes, initializers: [doubleConstant(`${name}/size`, right.size)], output };
  return {
    name,
    graph: togetherAs(output, [left.graph, right.graph, pair]),
    size: left.size * right.size,
    codes: left.codes.map((code, at) => code * right.size + (right.codes[at] ?? 0)),
  };
}

/** The pairs that keys have, numbered from 1; 0 is every other pair. */
function numbered(pair: Coded): Coded {
  const name = `${pair.name}/number`;
  const whole = toWhole(pair);
  const numbers = codedColumn(name, { name: whole.output, type: 'int', nullable: false }, pair.codes.map(String));
  return { ...numbers, graph: togetherAs(numbers.graph.output, [pair.graph, whole, numbers.graph]) };
}

function toWhole({ name, graph }: Coded): GraphPart {
  return castPart(graph.output, `${name}/whole`, onnxInt64);
}

function castPart(input: string, output: string, to: number): GraphPart {
  return {
    nodes: [{ op: 'Cast', inputs: [input], outputs: [output], attributes: { to: { int: to } } }],
    initializers: [],
    output,
  };
}

function togetherAs(output: string, parts: readonly GraphPart[]): GraphPart {
  return {
    nodes: parts.flatMap(({ nodes }) => nodes),
    initializers: parts.flatMap(({ initializers }) => initializers),
    output,
  };
}
