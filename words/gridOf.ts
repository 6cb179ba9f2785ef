import { invalid, shown } from './invalid.ts';

/** The values one parameter may take: some, each of the kind that `expected` tells, none twice. */
export function gridOf<T>(
  values: readonly T[],
  place: string,
  expected: string,
  isRight: (value: T) => boolean,
): readonly T[] {
  if (!Array.isArray(values) || values.length === 0) throw invalid(place, `a list of one or more: ${expected}`, values);
  for (const [index, value] of values.entries()) {
    if (!isRight(value)) throw invalid(`${place}[${index}]`, expected, value);
  }
  const twice = values.find((value, index) => values.findIndex((other) => shown(other) === shown(value)) < index);
  if (twice !== undefined) throw invalid(place, 'each value once', values);
  return [...values];
}

export const isPositive = (value: number): boolean => Number.isFinite(value) && value > 0;
export const isNotNegative = (value: number): boolean => Number.isFinite(value) && value >= 0;
