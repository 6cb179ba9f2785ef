import type { TopLevelSpec } from 'vega-lite';

/** A drawing with the same in words and in numbers beside it, for those who do not see it. */
export interface Chart {
  readonly title: string;
  /** One sentence: what it shows, and what would be good. */
  readonly text: string;
  readonly spec: TopLevelSpec;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const size = { width: 290, height: 230 } as const;

/** Colours that can be told apart, on white and on black, by those who confuse red and green too (Okabe and Ito 2008). */
export const colors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;

export interface Axis {
  readonly field: string;
  readonly type: 'quantitative';
  readonly title: string;
  readonly scale: { readonly domain: number[] };
}

/** An axis from 0 to 1, or to less. */
export function share(field: string, title: string, most = 1): Axis {
  return { field, type: 'quantitative', title, scale: { domain: [0, most] } };
}

/** At most so many, evenly, the first and the last among them. */
export function thinned<T>(values: readonly T[], most = 21): T[] {
  if (values.length <= most) return [...values];
  return Array.from({ length: most }, (_, at) => values[Math.round((at * (values.length - 1)) / (most - 1))] as T);
}

export function digits(value: number | null): string {
  return value === null ? 'none' : value.toFixed(3);
}

/** A dashed line in the page's own colour, to compare with. */
export function guide(values: Record<string, number>[], x: Axis, y: Axis) {
  const strokeDash = [4, 4];
  const mark = { type: 'line', color: 'currentColor', strokeDash, opacity: 0.5 } as const;
  return { data: { values }, mark, encoding: { x, y } };
}
