import type { Plan } from '../core/plan.ts';
import { checkFeatures } from './checkFeatures.ts';
import { checkGate } from './checkGate.ts';
import { checkId } from './checkId.ts';
import { checkLabel } from './checkLabel.ts';
import { checkRefresh, checkRetrain } from './checkRetrain.ts';
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

function checkAnswer({ answer }: Plan, place: string): void {
  if (answer.positive.trim() === '') throw invalid(`${place}.positive`, 'a word', answer.positive);
  if (answer.negative.trim() === '') throw invalid(`${place}.negative`, 'a word', answer.negative);
  if (answer.positive === answer.negative) throw invalid(place, 'two different words', answer.positive);
}
