import { hourMs } from './time.ts';

/** A stretch of whole hours, half-open, milliseconds UTC. */
export interface HourRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The hour or the day that a path names, as Hive writes it: `dt=2001-03-15/hour=12`, `dt=2001-03-15` (also `date`, `day`,
 * `ds`; `hr`, `h`), `dt=2001-03-15T12` (or `-12`), `year=2001/month=03/day=15/hour=12`; undefined where it names none, or
 * one that is not in the calendar.
 */
export function pathPartition(path: string): HourRange | undefined {
  const keys = keysOf(path);
  const day = dayOf(keys);
  if (day === undefined) return undefined;
  const hour = day.hour ?? firstOf(keys, ['hour', 'hr', 'h']);
  if (hour === undefined) return { fromMs: day.ms, toMs: day.ms + 24 * hourMs };
  if (!/^\d{1,2}$/.test(hour) || Number(hour) > 23) return undefined;
  const fromMs = day.ms + Number(hour) * hourMs;
  return { fromMs, toMs: fromMs + hourMs };
}

/** Of a key that comes twice the last counts. */
function keysOf(path: string): ReadonlyMap<string, string> {
  const [place = ''] = path.split('?', 1);
  const parts = place.split('/').slice(0, -1);
  return new Map(
    parts.flatMap((part) => {
      const equals = part.indexOf('=');
      return equals < 1 ? [] : [[part.slice(0, equals).toLowerCase(), part.slice(equals + 1)]];
    }),
  );
}

function dayOf(
  keys: ReadonlyMap<string, string>,
): { readonly ms: number; readonly hour: string | undefined } | undefined {
  const [year, month, day] = [firstOf(keys, ['year']), firstOf(keys, ['month']), firstOf(keys, ['day'])];
  const split = year === undefined ? undefined : `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`;
  const text = split ?? firstOf(keys, ['dt', 'date', 'ds', 'day']) ?? '';
  const match = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T -](\d{2}))?$/.exec(text);
  if (match === null) return undefined;
  const date = match.slice(1, 4).join('-');
  const ms = Date.parse(`${date}T00:00:00Z`);
  const isDay = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
  return isDay ? { ms, hour: match[4] } : undefined;
}

function firstOf(keys: ReadonlyMap<string, string>, names: readonly string[]): string | undefined {
  return names.map((name) => keys.get(name)).find((value) => value !== undefined);
}
