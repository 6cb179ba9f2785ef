/**
 * Milliseconds of an ISO time such as `2001-03-15T12:00:00Z`; without a zone it is UTC, without a time midnight. NaN for
 * what is none: a day that its month does not have is refused, not rolled over. It makes nothing on the way, for it stands
 * in the way of every answer; and it names nothing but `twoDigits`, for the text of both goes into exported scorers.
 */
export function isoTime(text: string): number {
  const year = 100 * twoDigits(text, 0) + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (leap ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= days)) return Number.NaN;
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return Number.NaN;
  // Days since 1970-01-01 by the Gregorian calendar, its years beginning in March:
  // Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013), days_from_civil.
  const shifted = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const leaps = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  const midnight = (365 * shifted + leaps + dayOfYear - 719_468) * 86_400_000;
  const length = text.length;
  if (length === 10) return midnight;
  const between = text.charCodeAt(10);
  if ((between !== 84 && between !== 32) || text.charCodeAt(13) !== 58) return Number.NaN;
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  let second = 0;
  let milliseconds = 0;
  let at = 16;
  if (length > 16 && text.charCodeAt(16) === 58) {
    second = twoDigits(text, 17);
    at = 19;
    if (length > 19 && text.charCodeAt(19) === 46) {
      let worth = 100;
      for (at = 20; at < length && text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57; at += 1) {
        if (at < 23) milliseconds += (text.charCodeAt(at) - 48) * worth;
        worth /= 10;
      }
      if (at === 20) return Number.NaN;
    }
  }
  const ofDay = hour * 3_600_000 + minute * 60_000 + second * 1_000 + milliseconds;
  if (!(minute <= 59 && second <= 59 && (hour <= 23 || ofDay === 86_400_000))) return Number.NaN;
  if (at === length) return midnight + ofDay;
  const sign = text.charCodeAt(at);
  if (sign === 90) return length === at + 1 ? midnight + ofDay : Number.NaN;
  if ((sign !== 43 && sign !== 45) || length !== at + 6 || text.charCodeAt(at + 3) !== 58) return Number.NaN;
  const zoneHour = twoDigits(text, at + 1);
  const zoneMinute = twoDigits(text, at + 4);
  if (!(zoneHour <= 23 && zoneMinute <= 59)) return Number.NaN;
  const zone = zoneHour * 3_600_000 + zoneMinute * 60_000;
  return midnight + ofDay - (sign === 43 ? zone : -zone);
}

/** The number that two digits at a place say; NaN where there are none. */
export function twoDigits(text: string, at: number): number {
  if (at + 1 >= text.length) return Number.NaN;
  const tens = text.charCodeAt(at) - 48;
  const units = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? 10 * tens + units : Number.NaN;
}
