import { digitsEnd, odd, signs } from './jsonBytes.ts';

/** Where a reader leaves what it read: a pair of values would be an object for each. */
export interface ReadInstant {
  /** Microseconds UTC. */
  micros: number;
  /** The last day that was read, as YYYYMMDD, and its number: most lines are of one day. */
  date: number;
  day: number;
}

/** Microseconds of these years are whole in a float64; those of others are left to a reader of 64 bits. */
const [firstYear, lastYear] = [1700, 2200];
const [firstMs, lastMs] = [Date.UTC(firstYear, 0), Date.UTC(lastYear, 0)];

/**
 * The end of an instant as a contract takes it (ISO 8601 with a date at least, UTC where it has no zone, or whole
 * milliseconds UTC), or `odd`.
 */
export function instantEnd(bytes: Uint8Array, at: number, read: ReadInstant): number {
  return bytes[at] === signs.quote ? textEnd(bytes, at + 1, read) : millisecondsEnd(bytes, at, read);
}

function millisecondsEnd(bytes: Uint8Array, at: number, read: ReadInstant): number {
  const from = bytes[at] === signs.minus ? at + 1 : at;
  const end = digitsEnd(bytes, from);
  if (end === from || end > from + 15 || (bytes[from] === signs.zero && end > from + 1)) return odd;
  const ms = digits(bytes, from, end - from) * (from === at ? 1 : -1);
  if (ms < firstMs || ms >= lastMs) return odd;
  read.micros = ms * 1_000;
  return isNumberEnd(bytes[end]) ? end : odd;
}

/** No point and no power follows. */
export function isNumberEnd(byte: number | undefined): boolean {
  return byte !== signs.point && byte !== 0x65 && byte !== 0x45;
}

const [dash, timeSign, space, zulu] = [0x2d, 0x54, 0x20, 0x5a];

function textEnd(bytes: Uint8Array, at: number, read: ReadInstant): number {
  const day = dayOf(bytes, at, read);
  if (day === odd) return odd;
  read.micros = day * 86_400e6;
  const end = at + 10;
  if (bytes[end] === signs.quote) return end + 1;
  return bytes[end] === timeSign || bytes[end] === space ? timeEnd(bytes, end + 1, read) : odd;
}

/** Of YYYY-MM-DD the days since 1970, or `odd`, which the last day before 1970 is too: others read it. */
function dayOf(bytes: Uint8Array, at: number, read: ReadInstant): number {
  if (bytes[at + 4] !== dash || bytes[at + 7] !== dash) return odd;
  const year = digits(bytes, at, 4);
  const month = digits(bytes, at + 5, 2);
  const day = digits(bytes, at + 8, 2);
  if (year < firstYear || year >= lastYear || month === odd || day === odd) return odd;
  const date = year * 10_000 + month * 100 + day;
  if (date === read.date) return read.day;
  const ms = Date.UTC(year, month - 1, day);
  const back = new Date(ms);
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day) return odd;
  read.date = date;
  read.day = ms / 86_400e3;
  return read.day;
}

/** `HH:MM`, or `HH:MM:SS` or `HH:MM:SS.ffffff` and a zone or none. */
function timeEnd(bytes: Uint8Array, at: number, read: ReadInstant): number {
  const hour = digits(bytes, at, 2);
  const minute = digits(bytes, at + 3, 2);
  if (hour === odd || hour > 23 || minute === odd || minute > 59 || bytes[at + 2] !== signs.colon) return odd;
  read.micros += (hour * 60 + minute) * 60e6;
  if (bytes[at + 5] === signs.quote) return at + 6;
  if (bytes[at + 5] !== signs.colon) return odd;
  const second = digits(bytes, at + 6, 2);
  if (second === odd || second > 59) return odd;
  read.micros += second * 1e6;
  if (bytes[at + 8] !== signs.point) return zoneEnd(bytes, at + 8, read);
  const end = digitsEnd(bytes, at + 9);
  const places = end - at - 9;
  if (places === 0 || places > 6) return odd;
  read.micros += digits(bytes, at + 9, places) * 10 ** (6 - places);
  return zoneEnd(bytes, end, read);
}

/** `Z`, `+HH`, `+HH:MM` or none, and the closing quote. */
function zoneEnd(bytes: Uint8Array, at: number, read: ReadInstant): number {
  const sign = bytes[at];
  if (sign === signs.quote) return at + 1;
  if (sign === zulu) return bytes[at + 1] === signs.quote ? at + 2 : odd;
  if (sign !== signs.plus && sign !== signs.minus) return odd;
  const hasMinutes = bytes[at + 3] === signs.colon;
  const hours = digits(bytes, at + 1, 2);
  const minutes = hasMinutes ? digits(bytes, at + 4, 2) : 0;
  const end = hasMinutes ? at + 6 : at + 3;
  if (hours === odd || hours > 14 || minutes === odd || minutes > 59 || bytes[end] !== signs.quote) return odd;
  read.micros -= (sign === signs.plus ? 1 : -1) * (hours * 60 + minutes) * 60e6;
  return end + 1;
}

/** The whole number that some digits are, or `odd`. */
export function digits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let next = at; next < at + count; next += 1) {
    const digit = (bytes[next] ?? 0) - signs.zero;
    if (digit < 0 || digit > 9) return odd;
    value = value * 10 + digit;
  }
  return value;
}
