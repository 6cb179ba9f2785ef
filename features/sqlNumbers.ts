import { sqlName } from '../datasets/database.ts';

/** A column as DOUBLE: whole numbers beyond 2^53 are rounded, as the graph rounds them. */
export function sqlDouble(column: string): string {
  return `CAST(${sqlName(column)} AS DOUBLE)`;
}

/** A number as a DOUBLE. Through text: a bare `0.1` would be a DECIMAL in DuckDB. */
export function sqlConstant(value: number): string {
  return `CAST('${value}' AS DOUBLE)`;
}

/** An expression with NaN for null, which a typed array cannot hold. */
export function sqlMissing(value: string): string {
  return `COALESCE(${value}, ${sqlConstant(Number.NaN)})`;
}
