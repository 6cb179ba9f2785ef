import type { FeaturePlan } from '../core/featurePlan.ts';
import type { HourTable } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import { featureColumn } from './featureColumn.ts';
import type { FeatureSql } from './featureKind.ts';
import { featureKinds } from './featureKinds.ts';
import type { CodedTexts, HourRows } from './hourRows.ts';
import { matrixColumns } from './matrixColumns.ts';
import type { QueryColumn } from './queryColumn.ts';
import { emptyTable, smoothedRates } from './rate.ts';

/** What the features read of a row. */
export function featureQuery(plan: Plan): QueryColumn[] {
  return plan.features.flatMap((feature): QueryColumn[] => {
    const sql = sqlOf(plan, feature);
    return sql.gives === 'numbers'
      ? sql.columns.map((column) => ({ sql: column, as: 'float' }))
      : [{ sql: sql.text, as: 'text' }];
  });
}

/** The numeric features of rows that read one table, row-major, unscaled. */
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
export function categoryFeatures(plan: Plan, rows: HourRows): (CodedTexts & { readonly name: string })[] {
  return plan.features.flatMap((feature) => {
    const sql = sqlOf(plan, feature);
    return sql.gives === 'category' ? [{ name: feature.name, ...rows.texts(sql.text) }] : [];
  });
}

function sqlOf(plan: Plan, feature: FeaturePlan): FeatureSql {
  return featureKinds[feature.kind].sql(feature, featureColumn(plan, feature).type);
}

function numericColumns(feature: FeaturePlan, sql: FeatureSql, rows: HourRows, table: HourTable): Float32Array[] {
  if (sql.gives === 'numbers') return sql.columns.map((column) => rows.floats(column));
  if (sql.gives === 'category' || feature.kind !== 'recentRate') return [];
  const { keys, rates, prior } = smoothedRates(table[feature.name] ?? emptyTable, feature.smoothing);
  const rateOf = new Map(keys.map((key, at) => [key, rates[at] ?? prior]));
  const { values, codes } = rows.texts(sql.text);
  const rateOfCode = values.map((value) => rateOf.get(value) ?? prior);
  return [Float32Array.from(codes, (code) => rateOfCode[code] ?? prior)];
}
