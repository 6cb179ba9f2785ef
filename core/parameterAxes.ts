import type { LearnerPlan } from './learnerPlan.ts';
import { isRange, type RangePlan } from './parameterSpace.ts';

/** A parameter with its values, some of which may hold ranges, or with a range of its own. */
export type ParameterAxis = readonly [name: string, space: readonly AxisValue[] | RangePlan];

type AxisValue = number | string | readonly (number | RangePlan)[];

/** The order in which parameters change: the last one fastest. A parameter that a learner's plan lacks is no axis. */
const order = ['hidden', 'activation', 'dropout', 'learningRate', 'l2'];
const last: readonly string[] = ['learningRate', 'l2'];

/** Named one by one, so that the order of the plan's keys, which travels through JSON, changes nothing. */
export function parameterAxes(learner: LearnerPlan): ParameterAxis[] {
  const spaces: Readonly<Record<string, unknown>> = learner.kind === 'module' ? learner.parameters : { ...learner };
  const names = learner.kind === 'module' ? namesOf(learner.parameters) : order;
  return names.flatMap((name) => (spaces[name] === undefined ? [] : [[name, spaces[name] as ParameterAxis[1]]]));
}

/** By their letters, whatever the language of the machine, but for those that change fastest. */
function namesOf(parameters: object): string[] {
  const others = Object.keys(parameters).filter((name) => !last.includes(name));
  return [...others.sort(), ...last];
}

/** The first parameter of a learner that has a range in it, which no grid can hold. */
export function rangedParameter(learner: LearnerPlan): string | undefined {
  return parameterAxes(learner).find(([, space]) => isRange(space) || space.some(holdsRange))?.[0];
}

function holdsRange(value: AxisValue): boolean {
  return typeof value === 'object' && value.some(isRange);
}
