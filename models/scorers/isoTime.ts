/**
 * Milliseconds of an ISO time such as `2001-03-15T12:00:00Z`; without a zone it is UTC, without a time midnight. NaN for
 * what is none: a day that its month does not have is refused, not rolled over. It names nothing outside itself, as its
 * text goes into exported scorers; and it makes nothing, for it stands in the way of every answer.
 */
export function isoTime(text: string): number {
  const two = (at: number): number => {
    const [tens, units] = [text.charCodeAt(at) - 48, text.charCodeAt(at + 1) - 48];
    return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? 10 * tens + units : Number.NaN;
  };
  const [year, month, day] = [100 * two(0) + two(2), two(5), two(8)];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (leap ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  if (text[4] !== '-' || text[7] !== '-' || !(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= days)) {
    return Number.NaN;
  }
  // Days since 1970-01-01 by the Gregorian calendar, its years beginning in March:
  // Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013), days_from_civil.
  const shifted = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const leaps = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  const midnight = (365 * shifted + leaps + dayOfYear - 719_468) * 86_400_000;
  if (text.length === 10) return midnight;
  const [hour, minute] = [two(11), two(14)];
  if ((text[10] !== 'T' && text[10] !== ' ') || text[13] !== ':') return Number.NaN;
  let [at, second, milliseconds] = [16, 0, 0];
  if (text[at] === ':') {
    second = two(17);
    at = 19;
    if (text[at] === '.') {
      const first = at + 1;
      for (at = first; text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57; at += 1) {
        if (at < first + 3)
          milliseconds += (text.charCodeAt(at) - 48) * (at === first ? 100 : at === first + 1 ? 10 : 1);
      }
      if (at === first) return Number.NaN;
    }
  }
  const ofDay = hour * 3_600_000 + minute * 60_000 + second * 1_000 + milliseconds;
  if (!(minute <= 59 && second <= 59 && (hour <= 23 || ofDay === 86_400_000))) return Number.NaN;
  if (at === text.length || (text[at] === 'Z' && text.length === at + 1)) return midnight + ofDay;
  const [zoneHour, zoneMinute] = [two(at + 1), two(at + 4)];
  const shaped = (text[at] === '+' || text[at] === '-') && text[at + 3] === ':' && text.length === at + 6;
  if (!(shaped && zoneHour <= 23 && zoneMinute <= 59)) return Number.NaN;
  const zone = zoneHour * 3_600_000 + zoneMinute * 60_000;
  return midnight + ofDay - (text[at] === '+' ? zone : -zone);
}
