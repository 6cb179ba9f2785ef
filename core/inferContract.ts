import type { ColumnCheck, ColumnPlan, ColumnType, ContractPlan, SourceKind, SourcePlan } from './contractPlan.ts';
import { WhetError } from './errors.ts';

/** What was seen in one column of a file. */
export interface ColumnProfile {
  readonly name: string;
  /** The narrowest type that takes every value. */
  readonly type: ColumnType;
  readonly rows: number;
  readonly nulls: number;
  readonly distinct: number;
  /** Of numbers, and of dates in milliseconds UTC; null for other types and where every value is null. */
  readonly least: number | null;
  readonly greatest: number | null;
  /** Of texts, in characters. */
  readonly shortest: number | null;
  readonly longest: number | null;
  /** Of texts: a class of characters that all of them are made of, such as `[A-Z]`. */
  readonly alphabet: string | null;
  /** Of texts: all values, where there are few. */
  readonly values: readonly string[] | null;
  readonly near: NearType | null;
}

/** A narrower type that all but a few of a column's values read as. */
export interface NearType {
  readonly type: ColumnType;
  readonly others: number;
  /** One of the others. */
  readonly example: string;
}

export interface InferredContract {
  readonly plan: ContractPlan;
  /** What was seen in each column, for people. */
  readonly notes: Readonly<Record<string, string>>;
}

/** The file that was read, and the texts in it that stand for null. */
export interface InferredSource {
  readonly kind: SourceKind;
  readonly path: string;
  readonly nulls?: readonly string[];
}

/** Values of a text that are listed one by one at most; each must have come `timesEach` times on average. */
export const mostListed = 20;
const timesEach = 20;

/**
 * A contract that every row of the file keeps to, and that leaves room for the next ones: limits are rounded outwards,
 * a value that was never below 0 stays so, null may come where it came. Throws `contract.no-event-time`.
 */
export function inferContract(
  id: string,
  source: InferredSource,
  profiles: readonly ColumnProfile[],
): InferredContract {
  const eventTime = eventTimeOf(profiles, source.path);
  return {
    plan: {
      id,
      version: '1.0.0',
      source: sourceOf(source),
      key: 'row number in source partition',
      columns: profiles.map((profile) => columnOf(profile, profile.name === eventTime)),
      eventTime,
      rules: [],
      across: [],
      batch: [],
      severity: {},
      quarantine: { atMost: 0.01 },
    },
    notes: Object.fromEntries(profiles.map((profile) => [profile.name, noteOf(profile, profile.name === eventTime)])),
  };
}

function sourceOf({ kind, path, nulls = [] }: InferredSource): SourcePlan {
  const plan = { kind, at: { path }, partition: 'hour' } as const;
  return nulls.length === 0 ? plan : { ...plan, nulls };
}

/** The date with the fewest nulls; of several the one with most values, then the first. */
function eventTimeOf(profiles: readonly ColumnProfile[], path: string): string {
  const dates = profiles.filter(({ type, nulls, rows }) => type === 'date' && nulls < rows);
  const [best] = [...dates].sort((a, b) => a.nulls - b.nulls || b.distinct - a.distinct);
  if (best !== undefined) return best.name;
  throw new WhetError('contract.no-event-time', {
    expected: `a column of dates in ${path}, by which rows fall into hours`,
    came: profiles.map(seenOf).join(', ') || 'no column',
  });
}

function seenOf({ name, type, rows, nulls, near }: ColumnProfile): string {
  return `'${name}' (${[type, ...nearNote(near, rows - nulls)].join(': ')})`;
}

function columnOf(profile: ColumnProfile, isEventTime: boolean): ColumnPlan {
  const { name, type, nulls } = profile;
  return { name, type, nullable: nulls > 0 && !isEventTime, checks: checksOf(profile) };
}

function checksOf(profile: ColumnProfile): ColumnCheck[] {
  if (profile.type === 'string') return textChecks(profile);
  if (profile.type !== 'int' && profile.type !== 'number') return [];
  const { least, greatest } = profile;
  if (least === null || greatest === null) return [];
  const most = profile.type === 'int' ? Number.MAX_SAFE_INTEGER : Number.MAX_VALUE;
  return [
    { kind: 'min', value: least >= 0 ? 0 : -Math.min(roundedUp(-least), most) },
    { kind: 'max', value: greatest <= 0 ? 0 : Math.min(roundedUp(greatest), most) },
  ];
}

/** The next of 1, 2, 5, 10, 20, 50 … that is twice as large or larger: what comes next is seldom so much larger. */
export function roundedUp(value: number): number {
  const wanted = 2 * value;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const steps = [1, 2, 5, 10].map((step) => (power < 1 ? step / Math.round(1 / power) : step * power));
  return steps.find((step) => step >= wanted) ?? wanted;
}

function textChecks({ rows, nulls, distinct, shortest, longest, alphabet, values }: ColumnProfile): ColumnCheck[] {
  if (values !== null && distinct <= mostListed && rows - nulls >= timesEach * distinct)
    return [{ kind: 'oneOf', values }];
  if (shortest === null || longest === null) return [];
  if (alphabet !== null && shortest === longest) return [{ kind: 'pattern', value: `^${alphabet}{${longest}}$` }];
  return [
    ...(shortest > 0 ? [{ kind: 'minLength', value: 1 } as const] : []),
    { kind: 'maxLength', value: roundedUp(Math.max(longest, 1)) },
    ...(alphabet === null ? [] : [{ kind: 'pattern', value: `^${alphabet}*$` } as const]),
  ];
}

function noteOf(profile: ColumnProfile, isEventTime: boolean): string {
  const { type, rows, nulls, distinct, least, greatest, shortest, longest, near } = profile;
  const shown = (value: number): string => (type === 'date' ? new Date(value).toISOString() : String(value));
  const range = least === null || greatest === null ? [] : [`${shown(least)} to ${shown(greatest)}`];
  const lengths = shortest === null || longest === null ? [] : [`${shortest} to ${longest} characters`];
  const aside = isEventTime ? ', which are set aside: rows need a time' : '';
  const missing = nulls === 0 ? [] : [`${Number(((100 * nulls) / rows).toPrecision(3))} % null${aside}`];
  return [...range, ...lengths, `${distinct} values`, ...missing, ...nearNote(near, rows - nulls)].join(', ');
}

function nearNote(near: NearType | null, held: number): string[] {
  if (near === null) return [];
  return [`z.${near.type}() reads all but ${near.others} of ${held}, such as ${shortened(near.example)}`];
}

function shortened(text: string): string {
  return JSON.stringify(text.length <= longestExample ? text : `${text.slice(0, longestExample)}…`);
}

const longestExample = 40;
