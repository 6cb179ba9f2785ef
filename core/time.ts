import { WhetError } from './errors.ts';

/** Milliseconds in an hour, the grain of partitions, tables and runs. */
export const hourMs = 3_600_000;

/** An hour as text, UTC, the name of a partition: `2001-03-15T12`. */
export type Hour = string;

const unitMs: Record<string, number> = {
  millisecond: 1,
  second: 1_000,
  minute: 60_000,
  hour: hourMs,
  day: 24 * hourMs,
  week: 7 * 24 * hourMs,
};

/** A length of time as people write it: `6 hours`, `1 day`, `30 minutes`. */
export type Duration = `${number} ${'second' | 'minute' | 'hour' | 'day' | 'week'}${'' | 's'}`;

/** Milliseconds of a duration such as `14 days`. Throws `duration.invalid`, naming `place`. */
export function durationMs(text: string, place: string): number {
  const match = /^(\d+(?:\.\d+)?) (millisecond|second|minute|hour|day|week)s?$/.exec(text);
  const unit = match?.[2] === undefined ? undefined : unitMs[match[2]];
  if (match === null || unit === undefined) {
    throw new WhetError('duration.invalid', {
      expected: "a duration such as '6 hours'",
      came: `'${text}' in ${place}`,
    });
  }
  return Math.round(Number(match[1]) * unit);
}

/** A duration for people, in its largest whole unit: 5400000 is `90 minutes`. */
export function durationText(ms: number): string {
  for (const unit of ['week', 'day', 'hour', 'minute', 'second'] as const) {
    const size = unitMs[unit] ?? 1;
    if (ms >= size && ms % size === 0) return `${ms / size} ${unit}${ms === size ? '' : 's'}`;
  }
  return `${ms} milliseconds`;
}

/** The hour that holds a time in milliseconds UTC. */
export function hourOf(ms: number): Hour {
  return new Date(Math.floor(ms / hourMs) * hourMs).toISOString().slice(0, 13);
}

/** The start of an hour in milliseconds UTC. Takes `2001-03-15T12` and any full ISO time on a whole hour. */
export function hourStart(text: string, place = 'asOf'): number {
  if (text.length === hourLength && text.startsWith(lastDay.text)) {
    const ofDay = hoursOfDay.indexOf(text.slice(-2));
    if (ofDay >= 0) return lastDay.startMs + ofDay * hourMs;
  }
  const ms = parsedHour(text, place);
  const ofDay = text.length === hourLength ? hoursOfDay.indexOf(text.slice(-2)) : -1;
  if (ofDay >= 0) lastDay = { text: text.slice(0, -2), startMs: ms - ofDay * hourMs };
  return ms;
}

const hoursOfDay = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));
const hourLength = '2001-03-15T12'.length;
/** Of a window of thousands of hours a date is parsed once a day. */
let lastDay = { text: '-', startMs: 0 };

function parsedHour(text: string, place: string): number {
  const full = /^\d{4}-\d{2}-\d{2}T\d{2}$/.test(text) ? `${text}:00:00Z` : text;
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(full) ? full : `${full}Z`;
  const ms = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(full) ? Date.parse(zoned) : Number.NaN;
  if (Number.isNaN(ms) || ms % hourMs !== 0) {
    throw new WhetError('input.invalid', {
      expected: 'a whole hour, UTC, such as 2001-03-15T12',
      came: `'${text}' in ${place}`,
    });
  }
  return ms;
}

/** All hours of the half-open interval [fromMs, toMs); both on whole hours. */
export function hoursBetween(fromMs: number, toMs: number): Hour[] {
  const hours: Hour[] = [];
  for (let day = Math.floor(fromMs / dayMs) * dayMs; day < toMs; day += dayMs) {
    const from = Math.max(0, (fromMs - day) / hourMs);
    const to = Math.min(24, (toMs - day) / hourMs);
    const names = hoursOn(day);
    for (let at = from; at < to; at += 1) hours.push(names[at] ?? hourOf(day + at * hourMs));
  }
  return hours;
}

const dayMs = 24 * hourMs;

/** The same texts each time: a window of thousands of hours is named anew by each run. */
function hoursOn(day: number): readonly Hour[] {
  const there = days.get(day);
  if (there !== undefined) return there;
  const date = hourOf(day).slice(0, -2);
  const names = hoursOfDay.map((hour) => `${date}${hour}`);
  if (days.size >= daysAtMost) days.clear();
  days.set(day, names);
  return names;
}

const days = new Map<number, readonly Hour[]>();
/** Three years: less than two megabytes. */
const daysAtMost = 1_100;
