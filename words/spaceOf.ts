import { isRange, type ParameterSpace, type RangePlan } from '../core/parameterSpace.ts';
import { gridOf } from './gridOf.ts';
import { invalid } from './invalid.ts';

/** The values one numeric parameter may take: a list as `gridOf` takes it, or a range whose ends are right values. */
export function spaceOf(
  space: ParameterSpace,
  place: string,
  expected: string,
  isRight: (value: number) => boolean,
): ParameterSpace {
  if (isRange(space)) return rangeOf(space, place, expected, isRight);
  if (!Array.isArray(space)) {
    throw invalid(place, `a list, or a range such as logUniform(1e-4, 1e-1): ${expected}`, space);
  }
  return gridOf<number>(space, place, expected, isRight);
}

/** A range from a smaller value to a larger one, both of the kind that `expected` tells. */
export function rangeOf(
  { kind, from, to }: RangePlan,
  place: string,
  expected: string,
  isRight: (value: number) => boolean,
): RangePlan {
  const word = words[kind];
  if (word === undefined) throw invalid(place, 'uniform(…), logUniform(…) or int(…)', { kind, from, to });
  for (const [at, end] of [from, to].entries()) {
    if (!Number.isFinite(end) || !isRight(end)) throw invalid(`${place}, ${ends[at]} of ${word}`, expected, end);
    if (kind === 'int' && !Number.isInteger(end)) throw invalid(`${place}, ${ends[at]} of int`, 'a whole number', end);
  }
  if (from >= to) throw invalid(place, `${word} from a smaller value to a larger one`, [from, to]);
  if (kind === 'log uniform' && from <= 0) throw invalid(`${place}, start of logUniform`, 'a number above 0', from);
  return { kind, from, to };
}

const words: Readonly<Record<RangePlan['kind'], string>> = {
  uniform: 'uniform',
  'log uniform': 'logUniform',
  int: 'int',
};

const ends = ['start', 'end'];
