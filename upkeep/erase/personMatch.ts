import type { ColumnPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import { sqlName, sqlText } from '../../datasets/database.ts';

/** How rows of a person are told from others: a column of the contract, and the value in it. */
export interface PersonMatch {
  readonly column: string;
  readonly value: string;
  /** SQL, over a file's columns: true for a row of theirs. */
  readonly inColumns: (columns: ReadonlyMap<string, string>) => string;
  /** The same over one value of a source as text. */
  readonly inText: (sql: string) => string;
  readonly inJson: (row: Readonly<Record<string, unknown>>) => boolean;
}

/** Throws `input.invalid` for a column that cannot name a person, or a value that is none of its type. */
export function personMatch({ name, type }: ColumnPlan, value: string): PersonMatch {
  const number = type === 'int' || type === 'number' ? numberOf(name, value) : undefined;
  if (type === 'boolean' || type === 'date')
    throw new WhetError('input.invalid', { expected: `a column of texts or numbers`, came: `'${name}', ${type}` });
  const isSame = (sql: string, physical: string): string => {
    if (number === undefined) return `CAST(${sql} AS VARCHAR) = ${sqlText(value)}`;
    return physical === 'VARCHAR' ? `TRY_CAST(trim(${sql}) AS DOUBLE) = ${number}` : `${sql} = ${number}`;
  };
  return {
    column: name,
    value,
    inColumns: (columns) => {
      const own = columns.get(name);
      // Of a line that could not be taken apart no one knows which value is the column's.
      const found = [
        ...(own === undefined ? [] : [isSame(sqlName(name), own)]),
        ...(columns.has('_malformed') ? [`contains(_malformed, ${sqlText(value)})`] : []),
        ...(columns.has('_raw') ? [`contains(CAST(_raw AS VARCHAR), ${sqlText(value)})`] : []),
      ];
      return found.length === 0 ? 'false' : found.map((sql) => `coalesce(${sql}, false)`).join(' OR ');
    },
    inText: (sql) => isSame(sql, 'VARCHAR'),
    inJson: (row) => String(row[name]) === (number === undefined ? value : String(number)),
  };
}

function numberOf(name: string, value: string): number {
  const number = Number(value);
  if (value.trim() !== '' && Number.isFinite(number)) return number;
  throw new WhetError('input.invalid', { expected: `a number for column '${name}'`, came: `'${value}'` });
}
