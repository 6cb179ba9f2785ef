import { hourMs, hourOf } from './time.ts';

/**
 * What the folders of the hours in [fromMs, toMs) begin with, in as few words as years, months, days and hours give:
 * `2001-03-14T23/`, `2001-03-15`, `2001-04`. Each of these hours begins with one of them, and no other hour does.
 */
export function hourPrefixes(fromMs: number, toMs: number): string[] {
  const prefixes: string[] = [];
  for (let at = Math.floor(fromMs / hourMs) * hourMs; at < toMs; ) {
    const start = at;
    const whole = stretchesAt(at).find(({ from, to }) => from === start && to <= toMs);
    prefixes.push(whole?.prefix ?? `${hourOf(at)}/`);
    at = whole?.to ?? at + hourMs;
  }
  return prefixes;
}

interface Stretch {
  readonly prefix: string;
  readonly from: number;
  readonly to: number;
}

/** The year, the month and the day in which a time lies. */
function stretchesAt(ms: number): Stretch[] {
  const time = new Date(ms);
  const [year, month, day] = [time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()];
  const hour = hourOf(ms);
  return [
    { prefix: hour.slice(0, 'yyyy'.length), from: Date.UTC(year, 0), to: Date.UTC(year + 1, 0) },
    { prefix: hour.slice(0, 'yyyy-mm'.length), from: Date.UTC(year, month), to: Date.UTC(year, month + 1) },
    {
      prefix: hour.slice(0, 'yyyy-mm-dd'.length),
      from: Date.UTC(year, month, day),
      to: Date.UTC(year, month, day + 1),
    },
  ];
}
