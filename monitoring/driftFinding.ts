import type { EarlierValue } from '../core/drift/carriedPast.ts';
import type { DriftTest } from '../core/drift/driftTest.ts';
import { fewestWindows, quietTest } from '../core/drift/quietTest.ts';
import { figure, type JudgedFinding } from '../core/judgedFinding.ts';
import type { MonitorBase, MonitorKind } from '../core/watchPlan.ts';
import type { LookContext } from './lookContext.ts';

/** A window of a monitor, as all its findings say it. */
export type WatchedWindow = Pick<JudgedFinding, 'monitor' | 'kind' | 'from' | 'to' | 'rows'> & {
  readonly leastRows: number;
};

/** The last `overMs` before a look. */
export function watchedWindow(
  { atMs }: Pick<LookContext, 'atMs'>,
  { kind, id, overMs, leastRows }: MonitorBase & { readonly kind: MonitorKind },
  rows: number,
): WatchedWindow {
  return { monitor: id, kind, from: iso(atMs - overMs), to: iso(atMs), rows, leastRows };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** One thing that is tested. */
export interface TestedThing {
  readonly about: string;
  /** Undefined: too little to say. */
  readonly test: DriftTest | undefined;
  /** What the value is of, for people: `distance: population stability index`. */
  readonly measure: string;
  /** What moved, for people: `median 812, was 503`. */
  readonly moved: string;
  /** The rows of a window have more in common than chance: without quiet windows to hold it to there is nothing to say. */
  readonly needsPast?: boolean;
}

/** What a test of a window found, held to what quiet windows like it gave (none: to chance alone). */
export function driftFinding(
  window: WatchedWindow,
  { about, test, measure, moved, needsPast = false }: TestedThing,
  earlier: readonly EarlierValue[],
): JudgedFinding {
  const { leastRows, ...base } = window;
  if (test === undefined || window.rows < leastRows) return tooLittle(window, about);
  const held = quietTest(test, earlier);
  if (needsPast && held.heldTo === 'sampling') {
    // The value is what later looks hold theirs to.
    return { ...tooLittle(window, about, pastNeeded(held.windows)), value: held.value, ...valueRows(window, test) };
  }
  const by = held.heldTo === 'sampling' ? 'chance alone' : quietly(test, earlier);
  return {
    ...base,
    about,
    state: 'fine',
    value: held.value,
    limit: null,
    pValue: held.pValue,
    text: `${measure} ${figure(held.value)} over ${held.rows} rows${moved === '' ? '' : ` (${moved})`}, p = ${figure(held.pValue)} by ${by}`,
    limitAt: held.limitAt,
    ...valueRows(window, test),
  };
}

/** Later looks carry the value over to their rows. */
function valueRows(window: WatchedWindow, { rows }: DriftTest): Pick<JudgedFinding, 'valueRows'> {
  return rows === window.rows ? {} : { valueRows: rows };
}

/** Much smaller or larger windows say less: what is theirs beside chance is an estimate. */
function quietly({ rows }: DriftTest, earlier: readonly EarlierValue[]): string {
  const sizes = earlier.map((each) => each.rows).sort((a, b) => a - b);
  const middle = sizes[Math.floor(sizes.length / 2)] ?? rows;
  const of = Math.max(middle / rows, rows / middle) > alikeTimes ? `, of about ${middle} rows` : '';
  return `${earlier.length} quiet windows like it${of}`;
}

const alikeTimes = 2;

function pastNeeded(windows: number): string {
  return `rows of one window share their hour: ${windows} quiet windows like it are known, ${fewestWindows} are needed`;
}

export function tooLittle({ leastRows, ...base }: WatchedWindow, about: string, why?: string): JudgedFinding {
  const text = why ?? `${base.rows} rows came, ${leastRows} are needed`;
  return { ...base, about, state: 'too little to say', value: null, limit: null, text };
}
