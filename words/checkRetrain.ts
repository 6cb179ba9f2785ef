import type { Plan } from '../core/plan.ts';
import { isRecent } from '../core/recentKey.ts';
import type { RetrainTrigger } from '../core/retrainPlan.ts';
import { durationText } from '../core/time.ts';
import type { MonitorKind } from '../core/watchPlan.ts';
import { invalid } from './invalid.ts';
import { requireOnScorecard } from './requireOnScorecard.ts';

/** What asks for runs: each trigger once, and what it waits for is there. Throws `pipeline.invalid`, naming `place`. */
export function checkRetrain(plan: Plan, place: string): void {
  const told = plan.retrain.map((trigger) => JSON.stringify(trigger));
  if (new Set(told).size < told.length) throw invalid(place, 'each trigger once', plan.retrain);
  plan.retrain.forEach((trigger, at) => {
    checkTrigger(plan, trigger, `${place}[${at}]`);
  });
}

function checkTrigger(plan: Plan, trigger: RetrainTrigger, place: string): void {
  if (trigger.kind === 'new data') requireWatch(plan, 'onNewData', place);
  if (trigger.kind === 'drift') checkDrift(plan, trigger.of ?? [], place);
  if (trigger.kind === 'decay') {
    if (trigger.metric !== undefined) requireOnScorecard(plan, trigger.metric, place);
    requireMonitor(plan, ['performance'], 'onDecay', place);
  }
  if (trigger.kind === 'after' && trigger.pipeline === plan.pipeline)
    throw invalid(place, 'another pipeline', trigger.pipeline);
}

function checkDrift(plan: Plan, of: readonly string[], place: string): void {
  const names = plan.features.map(({ name }) => name);
  const unknown = of.find((name) => !names.includes(name));
  if (unknown !== undefined) throw invalid(`${place}.of`, `features of the pipeline (${names.join(', ')})`, unknown);
  const kinds: readonly MonitorKind[] =
    of.length > 0 ? ['input drift'] : ['input drift', 'score drift', 'concept drift'];
  requireMonitor(plan, kinds, 'onDrift', place);
}

function requireMonitor(plan: Plan, kinds: readonly MonitorKind[], word: string, place: string): void {
  requireWatch(plan, word, place);
  const watched = plan.watch?.monitors.map(({ kind }) => kind) ?? [];
  if (kinds.some((kind) => watched.includes(kind))) return;
  throw invalid(place, `a monitor of ${kinds.join(' or ')} in watch, by which ${word} is judged`, watched);
}

function requireWatch({ watch }: Plan, word: string, place: string): void {
  if (watch === undefined) throw invalid(place, `watch: { … }, whose looks tell ${word} when`, 'no watch');
}

/** A retraining renews the tables as well: between two of them there must be room for a refresh. */
export function checkRefresh({ refresh, retrain, features }: Plan, place: string): void {
  if (refresh === undefined) return;
  if (refresh.kind !== 'every') throw invalid(place, "every(…), such as every('10 minutes')", refresh);
  const told = durationText(refresh.everyMs);
  if (!features.some(isRecent)) throw invalid(place, 'a feature of recentRate or recentCount to refresh', told);
  const most = Math.min(...retrain.flatMap((trigger) => (trigger.kind === 'every' ? [trigger.everyMs] : [])));
  if (refresh.everyMs < most) return;
  throw invalid(place, `less than the ${durationText(most)} from one retraining to the next`, told);
}
