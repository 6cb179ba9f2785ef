import type { HourTable, SketchedPart } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import type { Hour } from '../core/time.ts';
import { contractColumn } from './featureColumn.ts';
import { categoryFeatures, featureQuery, numericFeatures } from './hourFeatures.ts';
import { compactTexts, type HourRows } from './hourRows.ts';
import { keySql } from './keyLookup.ts';
import { labelSql } from './labelSql.ts';
import { matrixColumns } from './matrixColumns.ts';
import type { MatrixRows } from './matrixFile.ts';
import { emptySketch, numericSketches } from './numericSketch.ts';
import type { HourQuery } from './readHours.ts';

export type PartSketches = Pick<SketchedPart, 'numeric' | 'categories'>;

/** What a matrix part needs of its rows: the features, the label, and the columns to slice by. */
export function matrixQuery(plan: Plan): HourQuery {
  const label = labelColumns(plan);
  return {
    eventTime: plan.contract.eventTime,
    columns: [
      ...featureQuery(plan),
      ...plan.scorecard.slices.map((name) => ({ sql: sliceSql(plan, name), as: 'text' }) as const),
      ...[label.event, label.settles, label.positive].map((sql) => ({ sql, as: 'double' }) as const),
    ],
  };
}

/** The rows of an hour as a matrix, with the sketches that encoders are fitted from. */
export function matrixPart(
  plan: Plan,
  rows: HourRows,
  table: HourTable,
): PartSketches & { readonly matrix: MatrixRows } {
  const label = labelColumns(plan);
  const numeric = numericFeatures(plan, rows, table);
  const categories = categoryFeatures(plan, rows).map((texts) => ({ name: texts.name, ...compactTexts(texts) }));
  const slices = plan.scorecard.slices.map((name) => ({ name, ...compactTexts(rows.texts(sliceSql(plan, name))) }));
  const [settles, event] = [rows.doubles(label.settles), rows.doubles(label.event)];
  const labels = Uint8Array.from(rows.doubles(label.positive));
  return {
    numeric: numericSketches(numeric, rows.rows, matrixColumns(plan).numeric.length),
    categories: categories.map(({ values, counts }) => values.map((value, at) => [value, counts[at] ?? 0] as const)),
    matrix: { rows: rows.rows, numeric, categories, slices, labels, settles, event },
  };
}

/** An hour without rows. */
export function emptyPart(plan: Plan, hour: Hour, key: string): SketchedPart {
  const { numeric, categories } = matrixColumns(plan);
  return {
    hour,
    key,
    object: null,
    rows: 0,
    numeric: numeric.map(() => emptySketch),
    categories: categories.map(() => []),
  };
}

/** A label that is never known settles at Infinity, and its value is never read. */
function labelColumns(plan: Plan): { event: string; settles: string; positive: string } {
  const { event, settles, positive } = labelSql(plan);
  return {
    event,
    settles: `COALESCE(${settles}, CAST('Infinity' AS DOUBLE))`,
    positive: `CAST(COALESCE(${positive}, false) AS DOUBLE)`,
  };
}

function sliceSql(plan: Plan, name: string): string {
  return keySql(name, contractColumn(plan, name, 'scorecard.slices').type);
}
