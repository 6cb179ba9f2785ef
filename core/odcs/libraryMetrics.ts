import type { ColumnType } from '../contractPlan.ts';
import { ecmaPattern } from '../ecmaPattern.ts';
import { type Data, field, type Node, type Where } from './odcsData.ts';
import type { Range } from './odcsRange.ts';
import type { OdcsRule } from './odcsRule.ts';
import type { QualityOf, QualityReading } from './qualityReading.ts';

/** A quality item of the standard's library, and what its operators ask. */
export interface Metric {
  readonly item: Node;
  readonly of: QualityOf;
  readonly range: Range;
  readonly isPercent: boolean;
  readonly where: Where;
}

/** What the standard's metrics mean in a contract, by their names. */
export const libraryMetrics: Readonly<Record<string, (metric: Metric) => QualityReading>> = {
  nullValues,
  missingValues,
  invalidValues,
  duplicateValues,
  rowCount,
};

function nullValues({ of: { column }, range, isPercent }: Metric): QualityReading {
  if (column === undefined) return { unsupported: 'nullValues of no column' };
  if (isNone(range) || (!isPercent && isLessThanOne(range))) return { meaning: { rules: [{ kind: 'required' }] } };
  if (!isPercent) return { unsupported: 'nullValues of so many rows: a contract takes a share (unit: percent)' };
  return rateOf(column.name, range);
}

function rateOf(name: string, range: Range): QualityReading {
  const [least, most] = [range.atLeast ?? range.above, range.atMost ?? range.below];
  const rule = nullRate(name, {
    ...(least === undefined ? {} : { atLeast: least / 100 }),
    ...(most === undefined ? {} : { atMost: most / 100 }),
  });
  const isStrict = range.above !== undefined || range.below !== undefined;
  return { meaning: { rules: [rule] }, ...(isStrict ? { differs: 'the end of the range is allowed, too' } : {}) };
}

export function nullRate(column: string, bounds: { atLeast?: number; atMost?: number }): OdcsRule {
  return { kind: 'measure', column, measure: 'nullRate', ...bounds };
}

/** Texts that stand for a missing value are no value of the column: a rule for each row. */
function missingValues(metric: Metric): QualityReading {
  const { of, range, isPercent, item, where } = metric;
  const { column } = of;
  if (column === undefined) return { unsupported: 'missingValues of no column' };
  const values = argument(item, 'missingValues', where);
  if (values === undefined) return { unsupported: 'missingValues without the argument missingValues' };
  if (values.every((value) => value === null)) return nullValues(metric);
  if (!isNone(range) && (isPercent || !isLessThanOne(range))) {
    return { unsupported: 'missingValues of more than none: a contract counts null alone' };
  }
  const type = column.type === 'int' ? 'number' : column.type;
  const fitting = values.filter((value) => value !== null && typeof value === type);
  const rules = fitting.map((value): OdcsRule => {
    return {
      kind: 'compare',
      column: column.name,
      is: 'differsFrom',
      to: { value: value as string | number | boolean },
    };
  });
  return { meaning: { rules: values.includes(null) ? [{ kind: 'required' }, ...rules] : rules } };
}

function invalidValues({ item, of: { column }, range, isPercent, where }: Metric): QualityReading {
  if (column === undefined) return { unsupported: 'invalidValues of no column' };
  if (!isNone(range) && (isPercent || !isLessThanOne(range))) {
    return { unsupported: 'invalidValues of more than none: a contract judges each row (mustBe: 0)' };
  }
  const { type } = column;
  const args = field(item, 'arguments', 'map', where) ?? {};
  const pattern = field({ data: args, path: [...item.path, 'arguments'] }, 'pattern', 'text', where);
  const values = argument(item, 'validValues', where)?.filter((value) => value !== null);
  if (pattern === undefined && values === undefined) {
    return { unsupported: 'invalidValues without the argument validValues or pattern' };
  }
  const refused = values === undefined ? undefined : refusedValues(values, type);
  if (refused !== undefined) return { unsupported: refused };
  if (pattern !== undefined && type !== 'string') return { unsupported: `a pattern of a column of type ${type}` };
  const rejected = pattern === undefined ? undefined : refusedPattern(pattern);
  if (rejected !== undefined) return { unsupported: rejected };
  return {
    meaning: {
      rules: [
        ...(pattern === undefined ? [] : [{ kind: 'pattern', value: new RegExp(pattern).source } as const]),
        ...(values === undefined ? [] : [{ kind: 'oneOf', values: values as (string | number)[] } as const]),
      ],
    },
  };
}

function refusedValues(values: readonly Data[], type: ColumnType): string | undefined {
  const wanted = type === 'int' ? 'number' : type;
  if (wanted !== 'string' && wanted !== 'number') return `validValues of a column of type ${type}`;
  const fits = values.length > 0 && values.every((value) => typeof value === wanted);
  return fits ? undefined : `validValues that are not all of type ${type}`;
}

/** Why a pattern compiles to no SQL. */
export function refusedPattern(pattern: string): string | undefined {
  const translated = ecmaPattern(pattern);
  return 'refused' in translated ? `a pattern with ${translated.refused}` : undefined;
}

/** `differs`: the standard counts over all rows, a contract over the rows of an hour. */
function duplicateValues({ item, of: { column, names }, range, isPercent, where }: Metric): QualityReading {
  if (!isNone(range) && (isPercent || !isLessThanOne(range))) {
    return { unsupported: 'duplicateValues of more than none: a contract judges each row (mustBe: 0)' };
  }
  const columns = column === undefined ? argument(item, 'properties', where) : [column.name];
  const isKnown = columns !== undefined && columns.length > 0 && columns.every((name) => names.includes(String(name)));
  if (!isKnown || new Set(columns).size < columns.length) return { unsupported: 'duplicateValues of other properties' };
  return { meaning: { rules: [{ kind: 'unique', columns: columns.map(String) }] }, differs: amongHour };
}

export const amongHour = 'compared with the rows of the same hour alone';

function rowCount({ of: { column }, range, isPercent }: Metric): QualityReading {
  if (column !== undefined || isPercent) return { unsupported: 'rowCount of a property, or in percent' };
  const least = range.atLeast ?? (range.above === undefined ? undefined : Math.floor(range.above) + 1);
  const most = range.atMost ?? (range.below === undefined ? undefined : Math.ceil(range.below) - 1);
  const bounds = {
    ...(least === undefined ? {} : { atLeast: least }),
    ...(most === undefined ? {} : { atMost: most }),
  };
  return { meaning: { rules: [{ kind: 'rows', ...bounds }] } };
}

function argument(item: Node, name: string, where: Where): readonly Data[] | undefined {
  const data = field(item, 'arguments', 'map', where) ?? {};
  return field({ data, path: [...item.path, 'arguments'] }, name, 'list', where);
}

/** `mustBe: 0`, in rows as in percent. */
function isNone({ atLeast, atMost, above, below }: Range): boolean {
  return atLeast === 0 && atMost === 0 && above === undefined && below === undefined;
}

/** Of a count of rows. */
function isLessThanOne({ atLeast = 0, atMost, above, below }: Range): boolean {
  const most = atMost ?? (below === undefined ? undefined : Math.ceil(below) - 1);
  return most === 0 && atLeast === 0 && above === undefined;
}
