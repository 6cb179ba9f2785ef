import type { ModuleLearnerPlan } from '../core/learnerPlan.ts';
import { isRange, type RangePlan } from '../core/parameterSpace.ts';
import { gridOf, isNotNegative, isPositive } from './gridOf.ts';
import { invalid } from './invalid.ts';
import type { Learner } from './learner.ts';
import { rangeOf } from './spaceOf.ts';

export interface OwnLearnerDefinition {
  /** The file that exports it as `learner`, relative to the project's folder: `learners/wideAndDeep.ts`. */
  readonly module: string;
  /**
   * The values of each parameter: numbers or texts to try each of, or a range to draw from. `learningRate`, the step sizes
   * of Adam, must be there; `l2` stands for the strengths of the L2 penalty.
   */
  readonly parameters: Readonly<Record<string, OwnSpace>> & { readonly learningRate: readonly number[] | RangePlan };
}

type OwnSpace = readonly (number | string)[] | RangePlan;

/**
 * A learner of your own: a module that exports what `whetstone/learner` describes, held to it by `whet learner check`. The
 * plan pins the file's SHA-256, and of what the file imports nothing: raise `version` when that changes.
 */
export function ownLearner(name: string, { module, parameters }: OwnLearnerDefinition): Learner {
  return {
    kind: 'module',
    plan: (place) => ({
      kind: 'module',
      name: nameOf(name, place),
      module: moduleOf(module, `${place}.module`),
      parameters: spacesOf(parameters, `${place}.parameters`),
    }),
  };
}

/** Its trials stand beside those of the engine's learners: one word may not mean two things. */
const taken: readonly string[] = ['logistic', 'mlp', 'module', 'own'];

function nameOf(name: string, place: string): string {
  if (typeof name === 'string' && /^[a-z][a-z0-9 -]{0,39}$/.test(name) && !taken.includes(name)) return name;
  const expected = `a name of up to 40 small letters, digits, spaces and hyphens, other than ${taken.join(', ')}`;
  throw invalid(place, expected, name);
}

function moduleOf(path: string, place: string): string {
  const parts = typeof path === 'string' ? path.split('/') : [];
  const isInside = parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\:?#%]/.test(part));
  if (isInside && /[^/]\.(?:ts|mts|js|mjs)$/.test(path)) return path;
  throw invalid(place, "a file in the project's folder, such as 'learners/wideAndDeep.ts'", path);
}

function spacesOf(parameters: OwnLearnerDefinition['parameters'], place: string): ModuleLearnerPlan['parameters'] {
  if (typeof parameters !== 'object' || parameters === null || parameters.learningRate === undefined) {
    throw invalid(place, 'an object of lists and ranges with learningRate', parameters);
  }
  return Object.fromEntries(
    Object.entries(parameters).map(([name, space]) => {
      if (!/^[a-z][A-Za-z0-9]{0,39}$/.test(name)) throw invalid(place, 'parameters named such as hiddenUnits', name);
      return [name, spaceOf(name, space, `${place}.${name}`)];
    }),
  );
}

const anyValue = { expected: 'a number or a text', isRight: isValue };
const known: Readonly<Record<string, { readonly expected: string; readonly isRight: (value: number) => boolean }>> = {
  learningRate: { expected: 'a number above 0', isRight: isPositive },
  l2: { expected: 'a number, 0 or more', isRight: isNotNegative },
};

function spaceOf(name: string, space: OwnSpace, place: string): OwnSpace {
  const { expected, isRight } = (known[name] ?? anyValue) as typeof anyValue;
  if (isRange(space)) return rangeOf(space, place, expected, isRight);
  return gridOf<number | string>(space, place, expected, isRight);
}

function isValue(value: number | string): boolean {
  return typeof value === 'string' ? value !== '' && value.length <= 100 : Number.isFinite(value);
}
