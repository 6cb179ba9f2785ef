import type { RawColumn } from '../../../core/modelPackage.ts';
import type { WrittenInput } from './writeModel.ts';

/** The name by which the statements of `rowReading` call `isoTime`. */
export const timeReader = 'isoTime';

/**
 * Statements that read the object `given` into the inputs' variables, each value as serving reads it (see
 * `serving/columnReader.ts`); they return NaN where a column is missing, one is too many, or a value does not fit. Nothing
 * is made on the way, so that a row costs no memory.
 */
export function rowReading(inputs: readonly WrittenInput[], columns: readonly RawColumn[]): string {
  const byName = new Map(columns.map((column) => [column.name, column]));
  return [
    `if (typeof given !== 'object' || given === null) return NaN;`,
    `let count = 0; for (const _ in given) count += 1; if (count !== ${inputs.length}) return NaN;`,
    ...inputs.map((input) => reading(input, byName.get(input.name) ?? unknownColumn(input))),
  ].join('\n');
}

function unknownColumn({ name }: WrittenInput): never {
  throw new RangeError(`the input '${name}', of which the package has no column`);
}

function reading({ variable, name }: WrittenInput, { type, nullable }: RawColumn): string {
  const read = readings[type](variable);
  const value = `let ${variable} = given[${JSON.stringify(name)}];`;
  if (!nullable) return `${value}\n${read}`;
  const missing = type === 'string' ? `''` : 'NaN';
  const asNumber = type === 'boolean' ? ` ${variable} = ${variable} ? 1 : 0;` : '';
  return `${value}\nif (${variable} === null || ${variable} !== ${variable}) ${variable} = ${missing}; else { ${read}${asNumber} }`;
}

/** The range of ECMAScript's time values. */
const lastMs = 8.64e15;

const readings: Record<RawColumn['type'], (value: string) => string> = {
  int: (value) => `if (!Number.isSafeInteger(${value})) return NaN;`,
  number: (value) => `if (!Number.isFinite(${value})) return NaN;`,
  // Texts are read without NUL: see `keySql`.
  string: (value) =>
    `if (typeof ${value} !== 'string') return NaN; if (${value}.includes('\\0')) ${value} = ${value}.replaceAll('\\0', '');`,
  boolean: (value) => `if (typeof ${value} !== 'boolean') return NaN;`,
  date: (value) =>
    `if (typeof ${value} === 'string') ${value} = ${timeReader}(${value}); else if (${value} instanceof Date) ${value} = ${value}.getTime(); ` +
    `if (!Number.isSafeInteger(${value}) || Math.abs(${value}) > ${lastMs}) return NaN;`,
};
