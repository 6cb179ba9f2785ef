import type { GraphPart } from '../core/graph.ts';
import { keyParts, type RecentPlan } from '../core/recentKey.ts';
import { compoundKeyColumn, compoundKeySql } from './compoundKey.ts';
import type { ColumnOf, KeyedValues } from './featureKind.ts';
import { keyColumn, keySql } from './keyLookup.ts';

/** The text by which the labels of a recent feature are counted. */
export function recentKeySql(feature: RecentPlan, columnOf: ColumnOf): string {
  if ('by' in feature) return compoundKeySql(keyParts(feature), columnOf);
  return keySql(feature.column, columnOf(feature.column).type);
}

/** A number per key as a column of the matrix: float [rows, 1]. `looked` names the tensor before it. */
export function recentKeyColumn(
  feature: RecentPlan,
  columnOf: ColumnOf,
  looked: string,
  values: KeyedValues,
): GraphPart {
  if ('by' in feature) return compoundKeyColumn(feature.name, keyParts(feature), columnOf, looked, values);
  return keyColumn(feature.name, columnOf(feature.column), looked, values);
}
