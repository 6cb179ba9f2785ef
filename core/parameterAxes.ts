import type { LearnerPlan } from './learnerPlan.ts';
import { isRange, type RangePlan } from './parameterSpace.ts';

/** A parameter with its values, some of which may hold ranges, or with a range of its own. */
export type ParameterAxis = readonly [name: string, space: readonly AxisValue[] | RangePlan];

type AxisValue = number | string | readonly (number | RangePlan)[];

/** The order in which parameters change: the last one fastest. A parameter that a learner's plan lacks is no axis. */
const order = ['hidden', 'activation', 'dropout', 'learningRate', 'l2'] as const;

/** Named one by one, so that the order of the plan's keys, which travels through JSON, changes nothing. */
export function parameterAxes(learner: LearnerPlan): ParameterAxis[] {
  const spaces: Partial<Record<(typeof order)[number], ParameterAxis[1]>> = learner;
  return order.flatMap((name) => (spaces[name] === undefined ? [] : [[name, spaces[name]] as const]));
}

/** The first parameter of a learner that has a range in it, which no grid can hold. */
export function rangedParameter(learner: LearnerPlan): string | undefined {
  return parameterAxes(learner).find(([, space]) => isRange(space) || space.some(holdsRange))?.[0];
}

function holdsRange(value: AxisValue): boolean {
  return typeof value === 'object' && value.some(isRange);
}
