import type { FeaturePlan } from '../core/featurePlan.ts';
import type { HourTable } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import { columnsOf } from './featureColumns.ts';
import type { FeatureSql } from './featureKind.ts';
import { featureKinds } from './featureKinds.ts';
import type { CodedTexts, HourRows } from './hourRows.ts';
import { matrixColumns } from './matrixColumns.ts';
import type { NamedNumbers, NamedTexts } from './matrixFile.ts';
import type { QueryColumn } from './queryColumn.ts';
import { emptyTable } from './rate.ts';

/** What the features read of a row. */
export function featureQuery(plan: Plan): QueryColumn[] {
  return plan.features.flatMap((feature): QueryColumn[] => {
    const sql = sqlOf(plan, feature);
    if (sql.gives === 'numbers') return sql.columns.map((column) => ({ sql: column, as: 'float' }));
    return sql.gives === 'bucket' ? [{ sql: sql.value, as: 'double' }] : [{ sql: sql.text, as: 'text' }];
  });
}

/** The numeric features of rows that read one table, row-major, unscaled; NaN where a value is missing. */
export function numericFeatures(plan: Plan, rows: HourRows, table: HourTable): Float32Array {
  const columns = plan.features.flatMap((feature) => numericColumns(feature, sqlOf(plan, feature), rows, table));
  const width = matrixColumns(plan).numeric.length;
  const numeric = new Float32Array(rows.rows * width);
  for (const [at, column] of columns.entries()) {
    for (let row = 0; row < rows.rows; row += 1) numeric[row * width + at] = column[row] ?? 0;
  }
  return numeric;
}

/** The category features of rows, in the order of the plan. */
export function categoryFeatures(plan: Plan, rows: HourRows): NamedTexts[] {
  return plan.features.flatMap((feature) => {
    const sql = sqlOf(plan, feature);
    return sql.gives === 'category' ? [{ name: feature.name, ...rows.texts(sql.text) }] : [];
  });
}

/** The numbers that bucket features are made from, in the order of the plan. */
export function bucketNumbers(plan: Plan, rows: HourRows): NamedNumbers[] {
  return plan.features.flatMap((feature) => {
    const sql = sqlOf(plan, feature);
    return sql.gives === 'bucket' ? [{ name: feature.name, values: rows.doubles(sql.value) }] : [];
  });
}

function sqlOf(plan: Plan, feature: FeaturePlan): FeatureSql {
  return featureKinds[feature.kind].sql(feature, columnsOf(plan, feature));
}

function numericColumns({ name }: FeaturePlan, sql: FeatureSql, rows: HourRows, table: HourTable): Float32Array[] {
  if (sql.gives === 'numbers') return sql.columns.map((column) => rows.floats(column));
  if (sql.gives !== 'lookup') return [];
  const { keys, values, otherwise } = sql.valuesIn(table[name] ?? emptyTable);
  const numberOf = new Map(keys.map((key, at) => [key, values[at] ?? otherwise]));
  const texts: CodedTexts = rows.texts(sql.text);
  // Not once per value: of a compound key the dictionary of all hours holds many more than the rows of one.
  return [Float32Array.from(texts.codes, (code) => numberOf.get(texts.values[code] ?? '') ?? otherwise)];
}
