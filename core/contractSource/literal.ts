/** A text, a number, true or false as TypeScript. */
export function literal(value: string | number | boolean): string {
  return typeof value !== 'string'
    ? String(value)
    : `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A duration as TypeScript: in its largest whole unit, else in parts of a second. */
export function durationSource(ms: number): string {
  const [size, unit] = units.find(([one]) => ms > 0 && ms % one === 0) ?? second;
  const amount = ms / size;
  return literal(`${amount} ${unit}${amount === 1 ? '' : 's'}`);
}

const second = [1000, 'second'] as const;
const units = [[604_800_000, 'week'], [86_400_000, 'day'], [3_600_000, 'hour'], [60_000, 'minute'], second] as const;
