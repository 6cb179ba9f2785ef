import type { Pause } from './releaseMessages.ts';
import type {
  ExpectedGain,
  RetrainDecision,
  RetrainNumbers,
  RetrainOutcome,
  RetrainReason,
  RunTrigger,
} from './retrainDecision.ts';
import { type RetrainingPlan, usualRetraining } from './retrainPlan.ts';
import type { PastRun, UnderwayRun } from './retrainStanding.ts';
import { budgetText, gainText, minutesText, triggerText } from './retrainText.ts';
import { type Hour, hourMs } from './time.ts';

/** What a decision to retrain is made on. All times but `atMs` are by one clock: that of the replayed past, where it is. */
export interface RetrainEvidence {
  readonly pipeline: string;
  readonly trigger: RunTrigger;
  /** Real, milliseconds UTC: when it is decided. */
  readonly atMs: number;
  readonly clockMs: number;
  readonly asOf: Hour;
  /** The id of the plan. */
  readonly plan: string;
  /** Why there is nothing to learn at that hour; null where there is. */
  readonly nothingNew: string | null;
  readonly underway: Pick<UnderwayRun, 'asOf' | 'trigger' | 'startedMs' | 'workflowId' | 'runId'> | null;
  /** A person holds the pipeline's releases back. */
  readonly paused: Pick<Pause, 'who' | 'why'> | null;
  /** In any order; those of the last day at least, and those since the last candidate that passed. */
  readonly runs: readonly Pick<PastRun, 'startedMs' | 'seconds' | 'plan' | 'outcome'>[];
  /** Settled since the run before; null: not known. */
  readonly newLabels: number | null;
  /** Null: not known. */
  readonly gain: ExpectedGain | null;
}

const dayMs = 24 * hourMs;

/**
 * Whether a pipeline is retrained now. One run at a time, whoever asks: one for the hour of the run under way joins it, a
 * person's waits for it. A person is held back by nothing else than that there is nothing new; all others by a pause (their
 * candidates would wait, each in the place of the one before), the budget of the last 24 hours (sliding: no day of two
 * budgets around a midnight), the back-off, the cool-down, and where there is too little to learn or to gain. A run of more
 * than a day ahead was dated by a clock that was wrong, and counts no more: it would hold back all others until then.
 */
export function decideRetrain(
  given: RetrainEvidence,
  plan: RetrainingPlan = usualRetraining,
): RetrainDecision & { readonly trigger: RunTrigger } {
  const evidence = { ...given, runs: given.runs.filter(({ startedMs }) => startedMs < given.clockMs + dayMs) };
  const { pipeline, trigger, atMs, clockMs, asOf } = evidence;
  const facts = numbersOf(evidence, plan);
  const ruling = rules.map((rule) => rule(evidence, plan, facts)).find((one) => one !== null) ?? goes(trigger, facts);
  const { outcome, reason, why, untilMs = null } = ruling;
  return {
    format: 1,
    pipeline,
    at: new Date(atMs).toISOString(),
    clock: new Date(clockMs).toISOString(),
    trigger,
    outcome,
    reason,
    text: `${outcome}: ${why}`,
    numbers: { ...facts, until: untilMs === null ? null : timeText(untilMs) },
    plan: evidence.plan,
    asOf,
    ...awaited(evidence, outcome),
  };
}

interface Ruling {
  readonly outcome: RetrainOutcome;
  readonly reason: RetrainReason;
  readonly why: string;
  readonly untilMs?: number;
}

type Facts = Omit<RetrainNumbers, 'until'>;
type RetrainRule = (evidence: RetrainEvidence, plan: RetrainingPlan, facts: Facts) => Ruling | null;

function numbersOf(
  { runs, plan: planId, clockMs, newLabels, gain }: RetrainEvidence,
  { budget, leastLabels, leastGain }: RetrainingPlan,
): Facts {
  const ofDay = runs.filter(({ startedMs }) => startedMs > clockMs - dayMs);
  const minutes = ofDay.map(({ seconds }) => seconds / 60);
  return {
    runs: ofDay.length,
    minutes: minutes.reduce((sum, one) => sum + one, 0),
    nextMinutes: Math.max(0, ...minutes),
    mostRuns: budget.runs,
    mostMinutes: budget.minutes,
    rejected: rejectedInRow(runs, planId),
    newLabels,
    leastLabels,
    gain,
    leastGain,
  };
}

/** Another plan begins a new row: somebody mended something. Runs without a candidate say nothing. */
function rejectedInRow(runs: RetrainEvidence['runs'], planId: string): number {
  const judged = runs.filter(({ outcome, plan }) => outcome !== 'failed' && plan === planId);
  const newestFirst = judged.toSorted((a, b) => b.startedMs - a.startedMs);
  const passed = newestFirst.findIndex(({ outcome }) => outcome === 'passed');
  return passed === -1 ? newestFirst.length : passed;
}

/** In this order: the first that has something to say says why. */
const rules: readonly RetrainRule[] = [
  ({ nothingNew }) => (nothingNew === null ? null : skipped('nothing new', nothingNew)),
  besideAnother,
  ({ trigger }, _, facts) => (trigger.kind === 'person' ? goes(trigger, facts) : null),
  ({ paused }) => (paused === null ? null : skipped('paused', `releases are paused by ${paused.who}: ${paused.why}`)),
  withinBudget,
  backingOff,
  coolingDown,
  ({ newLabels }, { leastLabels }) =>
    newLabels === null || newLabels >= leastLabels
      ? null
      : skipped('too few labels', `${newLabels} settled label${newLabels === 1 ? '' : 's'}, ${leastLabels} needed`),
  ({ gain }, { leastGain }) =>
    gain === null || gain.value >= leastGain
      ? null
      : skipped('too little to gain', `expected gain ${gainText(gain)}, below ${leastGain}`),
];

function besideAnother({ underway, asOf, trigger }: RetrainEvidence): Ruling | null {
  if (underway === null) return null;
  const told = `a run is under way, as of ${underway.asOf} (${triggerText(underway.trigger)})`;
  if (underway.asOf === asOf) return { outcome: 'joined', reason: 'under way', why: told };
  if (trigger.kind === 'person') return { outcome: 'waits', reason: 'under way', why: told };
  return skipped('under way', told);
}

/** One that would take as long as the longest of the day must fit as well. */
function withinBudget(_: RetrainEvidence, { budget }: RetrainingPlan, facts: Facts): Ruling | null {
  const { runs, minutes, nextMinutes } = facts;
  if (runs < budget.runs && minutes + nextMinutes <= budget.minutes) return null;
  const next =
    runs < budget.runs && minutes < budget.minutes ? `, and the next may take ${minutesText(nextMinutes)}` : '';
  return skipped('budget', `budget: ${budgetText(facts)}${next}`);
}

function backingOff({ runs, clockMs }: RetrainEvidence, { backOff }: RetrainingPlan, facts: Facts): Ruling | null {
  const { rejected } = facts;
  if (rejected < backOff.after) return null;
  const waitMs = Math.min(backOff.mostMs, backOff.fromMs * 2 ** Math.min(rejected - backOff.after, mostDoublings));
  const untilMs = lastStart(runs) + waitMs;
  if (clockMs >= untilMs) return null;
  const why = `backing off after ${rejected} rejected candidate${rejected === 1 ? '' : 's'} until ${timeText(untilMs)}`;
  return { ...skipped('backing off', why), untilMs };
}

/** Twice as long so often is longer than any bound. */
const mostDoublings = 40;

/** A schedule keeps its own time. */
function coolingDown({ runs, trigger, clockMs }: RetrainEvidence, { coolDownMs }: RetrainingPlan): Ruling | null {
  if (trigger.kind === 'schedule' || runs.length === 0) return null;
  const untilMs = lastStart(runs) + coolDownMs;
  if (clockMs >= untilMs) return null;
  return { ...skipped('cooling down', `cooling down until ${timeText(untilMs)}`), untilMs };
}

function goes(trigger: RunTrigger, facts: Facts): Ruling {
  const why = `${triggerText(trigger)}; before it ${budgetText(facts)}`;
  return { outcome: 'run', reason: 'asked for', why };
}

function skipped(reason: RetrainReason, why: string): Ruling {
  return { outcome: 'skipped', reason, why };
}

function awaited(
  { underway }: RetrainEvidence,
  outcome: RetrainOutcome,
): { awaits?: { readonly workflowId: string; readonly runId: string } } {
  if (underway === null || (outcome !== 'waits' && outcome !== 'joined')) return {};
  return { awaits: { workflowId: underway.workflowId, runId: underway.runId } };
}

function lastStart(runs: RetrainEvidence['runs']): number {
  return Math.max(...runs.map(({ startedMs }) => startedMs));
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
