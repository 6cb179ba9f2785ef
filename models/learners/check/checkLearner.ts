import type { Parameters } from '../../../core/trial.ts';
import type { Backend } from '../../backends/backend.ts';
import type { Learner } from '../learner.ts';
import type { CheckedLearner, CheckFigure, LearnerCheck } from './checkedLearner.ts';
import { learnerChecks } from './learnerChecks.ts';
import { syntheticData } from './syntheticData.ts';

/** How a check of a learner came out. */
export interface CheckOutcome extends CheckFigure {
  readonly check: string;
}

/** Holds a learner to all that every learner keeps, on synthetic rows: three numbers and two categories. */
export async function checkLearner(
  backend: Backend,
  learner: Learner,
  parameters: Parameters,
): Promise<CheckOutcome[]> {
  const subject = { backend, learner, parameters, data: syntheticData() };
  const outcomes: CheckOutcome[] = [];
  for (const check of learnerChecks) outcomes.push({ check: check.name, ...(await figureOf(check, subject)) });
  return outcomes;
}

/** A learner that throws has not passed, and says why. */
async function figureOf(check: LearnerCheck, subject: CheckedLearner): Promise<CheckFigure> {
  try {
    return await check.run(subject);
  } catch (error) {
    return { passed: false, figure: error instanceof Error ? error.message : String(error) };
  }
}
