import type { JudgedFinding } from '../core/judgedFinding.ts';
import { cardsTogether, judgePerformance } from '../core/judgePerformance.ts';
import type { FindingState } from '../core/look.ts';
import type { Estimate, Scorecard } from '../core/scorecard.ts';
import type { PerformanceMonitor } from '../core/watchPlan.ts';
import { binOf, binsOf } from '../models/binnedColumns.ts';
import { estimatesOf, measureWithDraws } from '../models/estimateMetrics.ts';
import type { Answering } from '../models/metrics/metricOf.ts';
import { type SliceColumn, sliceMetrics } from '../models/sliceMetrics.ts';
import { scorecardsOf } from '../registry/scorecards.ts';
import type { LookContext } from './lookContext.ts';
import { type PerformanceGroup, performanceGroups } from './performanceGroups.ts';
import { type PerformanceRows, performanceRows, type ScoredRows, type Scorer } from './performanceRows.ts';

/**
 * How good the answers were, on labels that came back. The version that a variant has now is judged, by its own answers and on
 * the slices of the scorecard: who answers is held to the limits, who only scores beside is told of. Versions that answered
 * before and do so no more are told of, one by one and all together, and are never off: nobody gets their answers any more.
 * The slices, which are many, are tests of the look and held to its false alarms together with the others.
 */
export async function performance(context: LookContext, monitor: PerformanceMonitor): Promise<JudgedFinding[]> {
  const rows = await performanceRows(context, monitor);
  if (rows === undefined) return [];
  const versions = rows.scorers.map(({ version }) => version);
  const cards = await scorecardsOf(context.ports.store, context.plan.pipeline, versions);
  const work: Work = { context, monitor, rows, cards };
  const found: JudgedFinding[] = [];
  for (const [variant, scorers] of Map.groupBy(rows.scorers, (scorer) => scorer.variant))
    for (const group of performanceGroups(context, variant, scorers)) found.push(...(await judged(work, group)));
  return found;
}

interface Work {
  readonly context: LookContext;
  readonly monitor: PerformanceMonitor;
  readonly rows: PerformanceRows;
  readonly cards: ReadonlyMap<number, Scorecard>;
}

async function judged(work: Work, group: PerformanceGroup): Promise<JudgedFinding[]> {
  const { monitor, rows } = work;
  const { variant, scorers, version, role } = group;
  const all = sumOf(scorers, 'rows');
  const settled = sumOf(scorers, 'settled');
  const base = {
    ...{ monitor: monitor.id, kind: monitor.kind, rows: settled },
    about: `${monitor.metric} of ${variant} (${version === undefined ? 'all versions' : `version ${version}`})`,
    ...{ from: iso(rows.fromMs), to: iso(rows.toMs) },
    ...(role === 'answers no more' && { over: true as const }),
  } as const;
  const over = role === 'answers no more' && version !== undefined ? '; it answers no more' : '';
  const back = `${settled} of ${all} labels are back of the answers before ${base.to}, where all are due${over}`;
  // Of what is over there is nothing to wait for: an alert about it would never end.
  const unjudged = (text: string) => [unvalued(base, role === 'answers no more' ? 'fine' : 'too little to say', text)];
  if (settled < monitor.leastRows) return unjudged(`${back}; ${monitor.leastRows} are needed`);
  const answering = answeringOf(work, scorers);
  if (typeof answering === 'string') return unjudged(answering);
  const columns = role === 'answers' && monitor.slices ? slicedColumns(work) : [];
  const scored = await rows.scored(variant, version, columns);
  const now = estimatesOf(await measured(monitor, scored, answering), scored)[monitor.metric];
  if (now === undefined) return unjudged(`${back}; ${monitor.metric} has no value on them`);
  const { state, limit, text } = judgePerformance(
    role === 'answers' ? monitor : { metric: monitor.metric },
    now,
    cardOf(work, scorers, (card) => card.metrics),
  );
  const finding = { ...base, state, limit, value: now.value, low: now.low, high: now.high, text: `${text}; ${back}` };
  return [finding, ...sliceFindings(work, scorers, finding, scored, columns, answering)];
}

function measured({ metric }: PerformanceMonitor, scored: ScoredRows, answering: Answering) {
  return measureWithDraws([metric], scored, scored.scores, { ...answering, seed: 1 });
}

type Base = Pick<JudgedFinding, 'monitor' | 'kind' | 'about' | 'rows' | 'from' | 'to' | 'over'>;

function unvalued(base: Base, state: FindingState, text: string): JudgedFinding {
  return { ...base, state, value: null, limit: null, text };
}

/** The answers of several versions are judged as the last one's threshold would make them. Text: why that cannot be. */
function answeringOf({ context, monitor, cards }: Work, scorers: readonly Scorer[]): Answering | string {
  const { measures = {} } = context;
  if (monitor.metric.startsWith('own ') && !(monitor.metric in measures))
    return `the function of ${monitor.metric} is not at hand`;
  const { profiles = [] } = context.plan.scorecard;
  const last = scorers.at(-1);
  const threshold = last?.threshold ?? cards.get(last?.version ?? 0)?.threshold ?? Number.NaN;
  return { threshold, costs: profiles[0] ?? { falsePositive: 1, falseNegative: 1 }, own: measures };
}

/** What the versions' own scorecards say, each for as many rows as it scored; undefined where one of them says nothing. */
function cardOf(
  { cards, monitor }: Work,
  scorers: readonly Scorer[],
  metricsOf: (card: Scorecard) => Scorecard['metrics'] | undefined,
): Estimate | undefined {
  const told = scorers.flatMap(({ version, settled }) => {
    const card = cards.get(version);
    const estimate = card && metricsOf(card)?.[monitor.metric];
    return estimate === undefined ? [] : [[estimate, settled] as const];
  });
  return told.length < scorers.length ? undefined : cardsTogether(told);
}

function slicedColumns({ context: { plan } }: Work): string[] {
  const { slices, bins = [] } = plan.scorecard;
  return [...slices, ...bins.map(({ column }) => column)];
}

function sliceFindings(
  work: Work,
  scorers: readonly Scorer[],
  all: JudgedFinding,
  scored: ScoredRows,
  names: readonly string[],
  answering: Answering,
): JudgedFinding[] {
  const { monitor, context } = work;
  const { bins = [], slices } = context.plan.scorecard;
  const columns = names.map((column, at) => {
    const values = scored.columns[at] ?? [];
    const cut = at < slices.length ? undefined : bins[at - slices.length];
    return cut === undefined ? byValue(column, values) : { column, ...binned(cut, values) };
  });
  return sliceMetrics([monitor.metric], columns, scored, scored.scores, answering).flatMap(
    ({ column, value, rows, metrics }) => {
      const now = metrics[monitor.metric];
      if (now === undefined || rows < monitor.leastRows) return [];
      const card = cardOf(
        work,
        scorers,
        ({ slices: own }) => own.find((slice) => slice.column === column && slice.value === value)?.metrics,
      );
      const { pValue, ...judged } = judgePerformance(monitor, now, card);
      const test = pValue === null ? {} : { pValue };
      const about = `${all.about}, ${column} ${value}`;
      return [{ ...all, ...judged, ...test, about, rows, value: now.value, low: now.low, high: now.high }];
    },
  );
}

function byValue(column: string, texts: readonly (string | null)[]): SliceColumn {
  const codes = new Map<string, number>();
  const coded = Int32Array.from(texts, (text) => {
    const value = text ?? 'missing';
    const code = codes.get(value) ?? codes.size;
    codes.set(value, code);
    return code;
  });
  return { column, values: [...codes.keys()], codes: coded };
}

function binned(bins: Parameters<typeof binsOf>[0], texts: readonly (string | null)[]): Omit<SliceColumn, 'column'> {
  const codes = Int32Array.from(texts, (text) => binOf(text === null ? Number.NaN : Number(text), bins.edges));
  return { values: binsOf(bins), codes };
}

function sumOf(scorers: readonly Scorer[], of: 'rows' | 'settled'): number {
  return scorers.reduce((sum, scorer) => sum + scorer[of], 0);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
