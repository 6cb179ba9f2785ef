import type { Plan } from '../core/plan.ts';
import { isRecent } from '../core/recentKey.ts';
import { durationText } from '../core/time.ts';
import { checkFeatures } from './checkFeatures.ts';
import { checkGate } from './checkGate.ts';
import { checkId } from './checkId.ts';
import { checkLabel } from './checkLabel.ts';
import { checkScorecard } from './checkScorecard.ts';
import { checkSearch } from './checkSearch.ts';
import { checkWatch } from './checkWatch.ts';
import { invalid } from './invalid.ts';

/** All rules for a pipeline; the first broken one throws, naming `place`. */
export function checkPlan(plan: Plan, place: string): void {
  checkId(plan.pipeline, `${place}, id`);
  checkLabel(plan, `${place}, label`);
  checkFeatures(plan, `${place}, features`);
  checkScorecard(plan, `${place}, scorecard`);
  checkSearch(plan, `${place}, search`);
  checkGate(plan, `${place}, gate`);
  checkRetrain(plan, `${place}, retrain`);
  checkRefresh(plan, `${place}, refresh`);
  checkWatch(plan, `${place}, watch`);
  checkAnswer(plan, `${place}, answer`);
}

function checkRetrain({ retrain }: Plan, place: string): void {
  const times = retrain.map((trigger) => trigger.everyMs);
  if (new Set(times).size < times.length) throw invalid(place, 'each trigger once', retrain);
}

/** A retraining renews the tables as well: between two of them there must be room for a refresh. */
function checkRefresh({ refresh, retrain, features }: Plan, place: string): void {
  if (refresh === undefined) return;
  const told = durationText(refresh.everyMs);
  if (!features.some(isRecent)) throw invalid(place, 'a feature of recentRate or recentCount to refresh', told);
  const most = Math.min(...retrain.map(({ everyMs }) => everyMs));
  if (refresh.everyMs < most) return;
  throw invalid(place, `less than the ${durationText(most)} from one retraining to the next`, told);
}

function checkAnswer({ answer }: Plan, place: string): void {
  if (answer.positive.trim() === '') throw invalid(`${place}.positive`, 'a word', answer.positive);
  if (answer.negative.trim() === '') throw invalid(`${place}.negative`, 'a word', answer.negative);
  if (answer.positive === answer.negative) throw invalid(place, 'two different words', answer.positive);
}
