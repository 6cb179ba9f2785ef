import type { ColumnType } from '../core/contractPlan.ts';
import type { Attribute, GraphNode } from '../core/graph.ts';
import { sqlName } from '../datasets/database.ts';
import { onnxInt64 } from './onnxTypes.ts';

/** A column's values as texts, which are keys. Null reads as the empty text, as a tensor of texts has no null. */
export function keySql(column: string, columnType: ColumnType): string {
  const text = columnType === 'string' ? sqlName(column) : `CAST(${sqlName(column)} AS VARCHAR)`;
  return `COALESCE(${text}, '')`;
}

export interface KeyLookup {
  /** What the tensors' names begin with. */
  readonly name: string;
  readonly column: string;
  readonly columnType: ColumnType;
  readonly keys: readonly string[];
  /** One per key, in the order of the keys. */
  readonly values: readonly number[];
  readonly gives: 'int64' | 'float';
  /** The value of every other key. */
  readonly otherwise: number;
  readonly output: string;
}

/** The same keys looked up in the graph, by a `LabelEncoder` of ai.onnx.ml 2 and later: [rows] to [rows]. */
export function keyLookup(lookup: KeyLookup): GraphNode[] {
  const { name, column, columnType, output } = lookup;
  const asWhole = `${name}/whole`;
  const encoder = (input: string): GraphNode => ({
    op: 'LabelEncoder',
    domain: 'ai.onnx.ml',
    inputs: [input],
    outputs: [output],
    attributes: { ...keyAttribute(lookup), ...valueAttributes(lookup) },
  });
  if (columnType !== 'boolean') return [encoder(column)];
  return [
    { op: 'Cast', inputs: [column], outputs: [asWhole], attributes: { to: { int: onnxInt64 } } },
    encoder(asWhole),
  ];
}

/** Without any key, one key that gives what all others give: runtimes refuse an empty attribute. */
function keyAttribute({ columnType, keys }: KeyLookup): Record<string, Attribute> {
  if (columnType === 'string') return { keys_strings: { strings: keys.length === 0 ? [''] : keys } };
  return { keys_int64s: { ints: keys.length === 0 ? [0] : keys.map(wholeOf) } };
}

function wholeOf(key: string): number {
  return key === 'true' ? 1 : key === 'false' ? 0 : Number(key);
}

function valueAttributes({ keys, values, gives, otherwise }: KeyLookup): Record<string, Attribute> {
  const held = keys.length === 0 ? [otherwise] : values;
  return gives === 'int64'
    ? { values_int64s: { ints: held }, default_int64: { int: otherwise } }
    : { values_floats: { floats: held }, default_float: { float: otherwise } };
}
