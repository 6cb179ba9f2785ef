/** The rows that a rule looks at. */
export interface JudgedOn {
  readonly rows: number;
  readonly hours: number;
}

/** More than a year of hours is out of reach. */
const mostHours = 8_760;

/**
 * About how many hours and rows would tell, if the value stays: an interval narrows by the root of their number, and
 * must become as narrow as the value is far from the limit. Empty where nothing in reach would.
 */
export function tellingRows(reach: number, distance: number, on: JudgedOn): { readonly needs?: JudgedOn } {
  const factor = (reach / distance) ** 2;
  const hours = Math.ceil(on.hours * factor);
  if (!(hours <= mostHours)) return {};
  return { needs: { hours, rows: Math.ceil(on.rows * factor) } };
}

/** `about 96 hours with 68000 rows would tell`. */
export function tellingText({ needs }: { readonly needs?: JudgedOn }): string {
  if (needs === undefined) return 'it is so close to the limit that no test within reach would tell';
  return `about ${needs.hours} hours with ${needs.rows} rows would tell`;
}
