/** One to four digits of sixteen. */
const group = '[0-9a-fA-F]{1,4}';

/**
 * IPv6 addresses as zod takes them: it asks the URL parser of WHATWG, so that the last two groups may be an IPv4
 * address, and `::` stands for one group or more. Zod's own pattern, which it does not go by, lacks the first.
 */
export const ipv6Pattern = `^(?:${[wholeAddress(), ...shortenedAddresses()].join('|')})$`;

function wholeAddress(): string {
  return `${groups(6)}(?:${group}:${group}|${ipv4()})`;
}

/** One alternative for each number of groups before `::`; with those behind it they are seven at most. */
function shortenedAddresses(): string[] {
  return Array.from({ length: 8 }, (_, before) => {
    const front = before === 0 ? '' : `${groups(before - 1)}${group}`;
    return `${front}::${behind(7 - before)}`;
  });
}

function behind(atMost: number): string {
  if (atMost === 0) return '';
  const plain = `(?:${group}:){0,${atMost - 1}}${group}`;
  const mixed = atMost < 2 ? [] : [`(?:${group}:){0,${atMost - 2}}${ipv4()}`];
  return `(?:${[plain, ...mixed].join('|')})?`;
}

function groups(count: number): string {
  return count === 0 ? '' : `(?:${group}:){${count}}`;
}

function ipv4(): string {
  const byte = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
  return `(?:${byte}\\.){3}${byte}`;
}
