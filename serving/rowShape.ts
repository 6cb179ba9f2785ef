import { WhetError } from '../core/errors.ts';
import type { ModelPackage, RawColumn } from '../core/modelPackage.ts';
import { didYouMean } from '../core/nearestName.ts';
import type { LabelPlan } from '../core/plan.ts';
import { type ColumnReader, columnReader, type RawValue } from './columnReader.ts';

/** What a row of a model looks like: its raw columns with their readers, made once when the model is loaded. */
export interface RowShape {
  readonly columns: readonly ShapeColumn[];
  readonly byName: ReadonlyMap<string, ShapeColumn>;
  /** Whether all its columns are numbers. */
  readonly numbers: boolean;
  /** A row that the model takes, with ISO dates. */
  readonly example: Readonly<Record<string, unknown>>;
  /** The end of an error about a row: what to send. */
  readonly advice: string;
  /** The same for a request of tensors. */
  readonly tensorAdvice: string;
  /** Names that only later events tell; empty where the plan is not at hand. */
  readonly labels: readonly string[];
}

export interface ShapeColumn {
  readonly column: RawColumn;
  /** Of a row object. */
  readonly read: ColumnReader;
  /** Of a tensor, whose datatype is declared: decimal text is a whole number. */
  readonly readTensor: ColumnReader;
}

export function rowShape(model: ModelPackage, label?: LabelPlan): RowShape {
  const example = exampleRow(model);
  const advice = `Send a row such as ${JSON.stringify(example)}`;
  const tensorAdvice = `Send ${JSON.stringify({ inputs: exampleTensors(model, example) })}`;
  const columns = model.inputs.map((column) => ({
    column,
    read: columnReader(column, 'beyond 2^53', advice),
    readTensor: columnReader(column, 'always', tensorAdvice),
  }));
  const byName = new Map(columns.map((column) => [column.column.name, column]));
  const labels = label === undefined ? [] : [label.name, label.from.column].filter((name) => !byName.has(name));
  const numbers = model.inputs.every(({ type }) => type === 'number');
  return { columns, byName, numbers, example, advice, tensorAdvice, labels };
}

/** Refuses a column that the model does not take: `row.extra-column`, with the name that was likely meant. */
export function refuseColumn(shape: RowShape, name: string, place: string, todo = shape.advice): never {
  const names = [...shape.byName.keys()];
  const came = shape.labels.includes(name)
    ? `'${name}', which the label is made of and nobody knows yet,`
    : `'${name}'`;
  throw new WhetError('row.extra-column', {
    expected: `only the columns ${names.map((known) => `'${known}'`).join(', ')}`,
    came: `${came} in ${place}${didYouMean(name, names)}`,
    todo,
  });
}

/** A raw value as JSON carries it: dates as ISO text, whole numbers beyond 2^53 as decimal text, a missing one as null. */
export function asJson(column: RawColumn, value: RawValue | null | undefined): string | number | boolean | null {
  if (value === null || Number.isNaN(value)) return null;
  if (column.type === 'boolean' && typeof value === 'number') return value !== 0;
  if (column.type === 'date' && typeof value === 'number') return new Date(value).toISOString();
  if (typeof value === 'bigint') return String(value);
  return value ?? 0;
}

type Datatype = 'INT64' | 'FP64' | 'BYTES' | 'BOOL';

/** The datatype in which a column's values travel; dates are milliseconds UTC. Only FP64 and text have room for null. */
export function datatypeOf({ type, nullable }: RawColumn): Datatype {
  return nullable && type !== 'string' ? 'FP64' : datatypes[type];
}

const datatypes: Record<RawColumn['type'], Datatype> = {
  int: 'INT64',
  number: 'FP64',
  string: 'BYTES',
  boolean: 'BOOL',
  date: 'INT64',
};

function exampleTensors(model: ModelPackage, example: Readonly<Record<string, unknown>>): unknown[] {
  return model.inputs.map((column) => {
    const value = example[column.name];
    const data = [column.type === 'date' && typeof value === 'string' ? Date.parse(value) : value];
    return { name: column.name, shape: [1], datatype: datatypeOf(column), data };
  });
}

/** The first golden row; where there is none, a plain value of each type. */
function exampleRow(model: ModelPackage): Record<string, unknown> {
  const plain = { int: 1, number: 0.5, string: 'text', boolean: true, date: 0 } as const;
  return Object.fromEntries(
    model.inputs.map((column) => {
      const first = model.golden.columns[column.name]?.[0];
      return [column.name, asJson(column, first === undefined ? plain[column.type] : first)];
    }),
  );
}
