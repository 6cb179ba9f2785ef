import { WhetError } from '../../../core/errors.ts';
import type { TensorType } from '../../../core/graph.ts';
import type { RawColumn } from '../../../core/modelPackage.ts';
import { isoTime } from '../isoTime.ts';
import type { ScorerColumns, ScorerInput } from '../scorer.ts';
import { rowReading, timeReader } from './rowReading.ts';
import { type WrittenInput, type WrittenModel, writeModel } from './writeModel.ts';

/** A model as JavaScript functions of one row. */
export interface CompiledModel {
  readonly inputs: readonly ScorerInput[];
  /**
   * The score of the row at `row` of columns that are `rows` long: numbers (whole and safe for int64), texts, truths. NaN
   * where a column is missing or of another length, where a value is of another type, or where the model has no number.
   */
  readonly score: (columns: ScorerColumns['columns'], rows: number, row: number) => number;
  /** The score of a row as an object of raw columns, dates as ISO text, milliseconds UTC or Date; NaN as above. */
  readonly scoreRow: (row: unknown) => number;
  /** The score of a row as values in the order of the columns, each as `score` takes it; NaN as above. */
  readonly scoreValues: (values: readonly (number | string | boolean | bigint)[]) => number;
}

/**
 * Compiles the graph of an ONNX model to JavaScript. Throws `scorer.not-compiled` where the graph uses what this cannot
 * say, or where the process forbids code made from text. `columns` are the package's; left out, they are what the graph's own
 * types say.
 */
export function compileModel(model: Uint8Array, columns?: readonly RawColumn[]): CompiledModel {
  try {
    const written = writeModel(model);
    return compiled(written, columns ?? written.inputs.map(columnOf));
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof EvalError)) throw error;
    throw new WhetError(
      'scorer.not-compiled',
      { expected: 'a graph whose every node can be said in JavaScript', came: error.message },
      error,
    );
  }
}

/** The statements stand in each function: a call from one to the other would cost as much as a small layer. */
function compiled({ program, inputs, score }: WrittenModel, columns: readonly RawColumn[]): CompiledModel {
  const scoring = `${program.statements.join('\n')}\nreturn ${score};`;
  const text = `${program.declarations.join('\n')}
return {
  score: (columns, rows, row) => {\n${inputs.map(columnReading).join('\n')}\n${scoring}\n},
  scoreRow: (given) => {\n${rowReading(inputs, columns)}\n${scoring}\n},
  scoreValues: (values) => {\n${valuesReading(inputs, columns)}\n${scoring}\n},
};`;
  const make = new Function(timeReader, ...program.bound.keys(), text);
  return {
    inputs: inputs.map(({ name, type }) => ({ name, type })),
    ...make(isoTime, ...program.bound.values()),
  };
}

/** What does not fit gives NaN, and whoever asked asks the reference, which says what is wrong. */
function columnReading({ name, type, variable }: WrittenInput, at: number): string {
  return `const c${at} = columns[${JSON.stringify(name)}];
if (c${at} === undefined || c${at}.length !== rows) return NaN;
const ${variable} = c${at}[row];
if (!(${fits[type](variable)})) return NaN;`;
}

/** By position, which no name has to be looked up for. */
function valuesReading(inputs: readonly WrittenInput[], columns: readonly RawColumn[]): string {
  const placeOf = new Map(columns.map(({ name }, at) => [name, at]));
  return [
    `if (values.length !== ${inputs.length}) return NaN;`,
    ...inputs.map(({ name, type, variable }) => {
      return `const ${variable} = values[${placeOf.get(name)}];\nif (!(${fits[type](variable)})) return NaN;`;
    }),
  ].join('\n');
}

const fits: Record<TensorType, (value: string) => string> = {
  float: (value) => `typeof ${value} === 'number'`,
  double: (value) => `typeof ${value} === 'number'`,
  int64: (value) => `Number.isSafeInteger(${value})`,
  string: (value) => `typeof ${value} === 'string'`,
  bool: (value) => `typeof ${value} === 'boolean'`,
};

function columnOf({ name, type }: ScorerInput): RawColumn {
  return { name, type: columnTypes[type], nullable: false };
}

const columnTypes: Record<TensorType, RawColumn['type']> = {
  float: 'number',
  double: 'number',
  int64: 'int',
  string: 'string',
  bool: 'boolean',
};
