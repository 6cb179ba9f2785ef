/** A drawing that takes the whole page. */
export const wide = { width: 760, height: 260 } as const;

/** An axis of hours, UTC: times are ISO text. */
export function timeAxis(field: string) {
  return { field, type: 'temporal', title: 'UTC', scale: { type: 'utc' }, axis: { format: '%b %d %H:%M' } } as const;
}

/** The start of an hour as a chart reads it. */
export function isoOf(hour: string): string {
  return `${hour}:00:00Z`;
}
