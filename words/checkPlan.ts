import type { Plan } from '../core/plan.ts';
import { checkFeatures } from './checkFeatures.ts';
import { checkGate } from './checkGate.ts';
import { checkId } from './checkId.ts';
import { checkLabel } from './checkLabel.ts';
import { checkScorecard } from './checkScorecard.ts';
import { checkSearch } from './checkSearch.ts';
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
  checkAnswer(plan, `${place}, answer`);
}

function checkRetrain({ retrain }: Plan, place: string): void {
  const times = retrain.map((trigger) => trigger.everyMs);
  if (new Set(times).size < times.length) throw invalid(place, 'each trigger once', retrain);
}

function checkAnswer({ answer }: Plan, place: string): void {
  if (answer.positive.trim() === '') throw invalid(`${place}.positive`, 'a word', answer.positive);
  if (answer.negative.trim() === '') throw invalid(`${place}.negative`, 'a word', answer.negative);
  if (answer.positive === answer.negative) throw invalid(place, 'two different words', answer.positive);
}
