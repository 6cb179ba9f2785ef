import type { MonitorKind } from './watchPlan.ts';

/** One look at a pipeline, at `looks/<pipeline>/<at>.json`, written once. */
export interface Look {
  readonly format: 1;
  readonly pipeline: string;
  /** ISO time, UTC: what came before it was judged. */
  readonly at: string;
  /** Of the plan that says what is watched. */
  readonly plan: string;
  /** Version and epoch that answered then; null while none does. */
  readonly champion: { readonly version: number; readonly epoch: number } | null;
  readonly findings: readonly MonitorFinding[];
}

/** Where a look is kept: keys are in the order of time. No store takes a colon in a key. */
export function lookKey(pipeline: string, at: string): string {
  return `looks/${pipeline}/${at.replaceAll(':', '-')}.json`;
}

/** When the look was taken that is kept under a key, milliseconds UTC. */
export function lookMs(key: string): number {
  const [day, time = ''] = (key.split('/').at(-1) ?? '').replace(/\.json$/, '').split('T');
  return Date.parse(`${day}T${time.replaceAll('-', ':')}`);
}

/** Too little to say is an answer. */
export type FindingState = 'fine' | 'off' | 'too little to say';

/** What one monitor found of one thing. */
export interface MonitorFinding {
  /** The monitor's id; `retraining` of what no monitor looks at: the run under way. */
  readonly monitor: string;
  readonly kind: MonitorKind | 'retraining';
  /** What it is about, unique in its monitor: `origin`, `auc of champion (version 3), origin ATL`. */
  readonly about: string;
  readonly state: FindingState;
  /** What was judged: ISO times, UTC, half-open. */
  readonly from: string;
  readonly to: string;
  readonly rows: number;
  /** Rows that the value is of, where some have no value. */
  readonly valueRows?: number;
  /** The figure and what it is held to; null where there is none. */
  readonly value: number | null;
  readonly limit: number | null;
  /** The value's interval. */
  readonly low?: number | null;
  readonly high?: number | null;
  /** Of a test: the probability of such a value or a larger one where nothing has changed. */
  readonly pValue?: number;
  /** It is fine for nobody gets answers of it any more. */
  readonly over?: true;
  /** The code of the error that the monitor failed with, or its name: it could not judge. */
  readonly failed?: string;
  /** One sentence with the figures. */
  readonly text: string;
}

/** What a look found, in few words: what the workflow of the watch hands on and tells. */
export interface LookOutcome {
  /** Where the look is kept. */
  readonly key: string;
  /** ISO time, UTC. */
  readonly at: string;
  readonly champion: Look['champion'];
  /** How many findings there are of each state. */
  readonly counts: Readonly<Record<FindingState, number>>;
  /** Those to tell first: what is off, then what cannot be told, then what is fine. */
  readonly told: readonly Pick<MonitorFinding, 'monitor' | 'about' | 'state' | 'text'>[];
}

/** A workflow's history and details tab hold only so many; the look itself has all. */
const mostTold = 40;

export function outcomeOf({ pipeline, at, champion, findings }: Look): LookOutcome {
  const by = Map.groupBy(findings, ({ state }) => state);
  const countOf = (state: FindingState): number => by.get(state)?.length ?? 0;
  return {
    key: lookKey(pipeline, at),
    at,
    champion,
    counts: { fine: countOf('fine'), off: countOf('off'), 'too little to say': countOf('too little to say') },
    told: worstFirst(findings)
      .slice(0, mostTold)
      .map(({ monitor, about, state, text }) => ({ monitor, about, state, text })),
  };
}

/** What a finding says where it stands beside what it is about, which a sentence by itself begins with. */
export function textBeside({ about, text }: Pick<MonitorFinding, 'about' | 'text'>): string {
  return text.startsWith(`${about} `) ? text.slice(about.length + 1) : text;
}

/** What is off, then what cannot be told, then what is fine; each in the order of the monitors. */
export function worstFirst<F extends Pick<MonitorFinding, 'state'>>(findings: readonly F[]): F[] {
  const rank: Readonly<Record<FindingState, number>> = { off: 0, 'too little to say': 1, fine: 2 };
  return findings.toSorted((a, b) => rank[a.state] - rank[b.state]);
}
