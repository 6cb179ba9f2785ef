import type { Bounds } from '../core/batchRulePlan.ts';
import { invalid } from './invalid.ts';

/** A number of the window, and the rules that can be made of it; both ends are allowed. Throws `pipeline.invalid`. */
export interface Bounded<Rule> {
  atLeast(value: number): Rule;
  atMost(value: number): Rule;
  between(least: number, most: number): Rule;
}

/** What a bound may be. */
export interface BoundKind {
  readonly text: string;
  readonly is: (value: number) => boolean;
}

export const anyNumber: BoundKind = { text: 'a finite number', is: Number.isFinite };
export const wholeNumber: BoundKind = {
  text: 'a whole number, 0 or more',
  is: (value) => Number.isSafeInteger(value) && value >= 0,
};
export const shareOfAll: BoundKind = { text: 'a share, 0 to 1', is: (value) => value >= 0 && value <= 1 };

/** `made` gives the rule of some bounds; `place` is the word, such as `rows.perDay`. */
export function bounded<Rule>(place: string, kind: BoundKind, made: (bounds: Bounds) => Rule): Bounded<Rule> {
  const checked = (value: number, word: string): number => {
    if (kind.is(value)) return value;
    throw invalid(`${place}.${word}(…)`, kind.text, value);
  };
  return {
    atLeast: (value) => made({ atLeast: checked(value, 'atLeast') }),
    atMost: (value) => made({ atMost: checked(value, 'atMost') }),
    between: (least, most) => {
      const bounds = { atLeast: checked(least, 'between'), atMost: checked(most, 'between') };
      if (least <= most) return made(bounds);
      throw invalid(`${place}.between(…)`, 'the smaller number first', `${least}, ${most}`);
    },
  };
}
