import type { HourTable, SketchedPart } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import type { Hour } from '../core/time.ts';
import { contractColumn } from './featureColumns.ts';
import { bucketNumbers, categoryFeatures, featureQuery, numericFeatures } from './hourFeatures.ts';
import { compactTexts, type HourRows } from './hourRows.ts';
import { keySql } from './keyLookup.ts';
import { numericLabelSql } from './labelSql.ts';
import { matrixColumns, numericColumns } from './matrixColumns.ts';
import type { MatrixRows, NamedTexts } from './matrixFile.ts';
import { emptySketchOf, numericSketches } from './numericSketch.ts';
import type { HourQuery } from './readHours.ts';
import { emptySpread, spreadSketch } from './spreadSketch.ts';

export type PartSketches = Pick<SketchedPart, 'numeric' | 'categories' | 'buckets'>;

/** What a matrix part needs of its rows: the features, the label, and the columns to slice by. */
export function matrixQuery(plan: Plan): HourQuery {
  const label = numericLabelSql(plan);
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
  const label = numericLabelSql(plan);
  const numeric = numericFeatures(plan, rows, table);
  const categories = categoryFeatures(plan, rows).map((texts) => ({ name: texts.name, ...compactTexts(texts) }));
  const numbers = bucketNumbers(plan, rows);
  const slices = plan.scorecard.slices.map((name) => ({ name, ...compactTexts(rows.texts(sliceSql(plan, name))) }));
  const [settles, event] = [rows.doubles(label.settles), rows.doubles(label.event)];
  const labels = Uint8Array.from(rows.doubles(label.positive));
  return {
    numeric: numericSketches(numeric, rows.rows, numericColumns(plan)),
    categories: countedValues(plan, categories),
    ...(numbers.length === 0 ? {} : { buckets: numbers.map(({ values }) => spreadSketch(values)) }),
    matrix: { rows: rows.rows, numeric, categories, numbers, slices, labels, settles, event },
  };
}

/** Per category of the matrix; a bucket has no values. */
function countedValues(plan: Plan, texts: readonly CountedTexts[]): SketchedPart['categories'] {
  return matrixColumns(plan).categories.map((name) => {
    const { values = [], counts = [] } = texts.find((one) => one.name === name) ?? {};
    return values.map((value, at) => [value, counts[at] ?? 0] as const);
  });
}

interface CountedTexts extends NamedTexts {
  readonly counts: readonly number[];
}

/** An hour without rows. */
export function emptyPart(plan: Plan, hour: Hour, key: string): SketchedPart {
  const buckets = plan.features.filter(({ kind }) => kind === 'bucket');
  return {
    hour,
    key,
    object: null,
    rows: 0,
    numeric: numericColumns(plan).map(emptySketchOf),
    categories: matrixColumns(plan).categories.map(() => []),
    ...(buckets.length === 0 ? {} : { buckets: buckets.map(() => emptySpread) }),
  };
}

function sliceSql(plan: Plan, name: string): string {
  return keySql(name, contractColumn(plan, name, 'scorecard.slices').type);
}
