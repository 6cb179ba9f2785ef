import type { Bounds } from '../batchRulePlan.ts';

/** Four digits at most, so that 1.004 % does not read as the 1 % that it is above. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(4))} %`;
}

/** Thousands apart, as `1,234,567`; no locale, so that a message is the same everywhere. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A measured number with six digits at most. */
export function measured(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** `at least 5`, `at most 9`, `5 to 9`. */
export function boundsText({ atLeast, atMost }: Bounds, shown: (value: number) => string): string {
  if (atLeast === undefined) return `at most ${shown(atMost ?? 0)}`;
  return atMost === undefined ? `at least ${shown(atLeast)}` : `${shown(atLeast)} to ${shown(atMost)}`;
}

export function isWithin({ atLeast, atMost }: Bounds, value: number): boolean {
  return value >= (atLeast ?? Number.NEGATIVE_INFINITY) && value <= (atMost ?? Number.POSITIVE_INFINITY);
}
