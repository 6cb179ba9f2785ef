import { WhetError } from './errors.ts';

/** What `score` takes, from the command or the Web UI: files of rows, a version, and where the scores go. */
export interface ScoreInput {
  readonly pipeline: string;
  /** A file, a folder, a pattern, or an address such as `s3://bucket/prefix`. */
  readonly in: string;
  /** A folder or an address. */
  readonly out: string;
  /** Its number or an alias; the champion when left out. */
  readonly version?: string;
  /** Columns that tell rows apart: always kept, and quoted of a row that is refused. */
  readonly key?: readonly string[];
  /** Columns of the input to keep beside the key; all when left out. */
  readonly columns?: readonly string[];
  /** Most rows of an output partition. */
  readonly rows?: number;
  /** Largest share of rows that may be refused; the contract's `quarantine.atMost` when left out. */
  readonly refuseAtMost?: number;
}

/** Two of DuckDB's row groups: half a second's work, and some 100 MB while they are at work. */
export const usualPartitionRows = 245_760;

const example =
  'Send for example {"pipeline": "flight-delays", "in": "flights.parquet", "out": "scores"}, or type: whet score flight-delays flights.parquet scores';

const fields = ['pipeline', 'in', 'out', 'version', 'key', 'columns', 'rows', 'refuseAtMost'];

/** Checks what a person or a program sent. Throws `input.invalid`. */
export function checkScoreInput(input: unknown): ScoreInput {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw refused('an object', input);
  const given = input as Record<string, unknown>;
  const extra = Object.keys(given).find((name) => !fields.includes(name));
  if (extra !== undefined) throw refused(`the fields ${fields.map((name) => `'${name}'`).join(', ')}`, extra);
  for (const name of ['pipeline', 'in', 'out']) requireText(given, name);
  if (given.version !== undefined && !isVersion(given.version))
    throw refused("a version's number or alias in 'version'", given.version);
  for (const name of ['key', 'columns']) requireNames(given, name);
  if (given.rows !== undefined && !isWholeWithin(given.rows, 1, 10_000_000))
    throw refused("a whole number from 1 to 10,000,000 in 'rows'", given.rows);
  const { refuseAtMost: share } = given;
  if (share !== undefined && !(typeof share === 'number' && share >= 0 && share <= 1))
    throw refused("a share from 0 to 1 in 'refuseAtMost'", share);
  return { ...(given as unknown as ScoreInput), ...(given.version !== undefined && { version: `${given.version}` }) };
}

function requireText(given: Record<string, unknown>, name: string): void {
  const value = given[name];
  if (typeof value !== 'string' || value === '') throw refused(`text in '${name}'`, value);
}

function requireNames(given: Record<string, unknown>, name: string): void {
  const value = given[name];
  if (value === undefined) return;
  const areNames = Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== '');
  if (!areNames) throw refused(`a list of columns in '${name}'`, value);
}

function isVersion(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || Number.isSafeInteger(value);
}

function isWholeWithin(value: unknown, from: number, to: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to;
}

function refused(expected: string, came: unknown): WhetError {
  return new WhetError('input.invalid', { expected, came: JSON.stringify(came) ?? 'nothing', todo: example });
}
