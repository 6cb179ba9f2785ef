/** An atom in RE2, whether it matches characters beyond U+FFFF, and how many units of the pattern it took. */
export interface Wide {
  readonly re2: string;
  readonly wide: boolean;
  readonly length: number;
}

/** A class such as `[a-z_]` or `[^@\s]` at a place of the pattern; undefined when RE2 may read it otherwise. */
export function ecmaClass(pattern: string, at: number): Wide | undefined {
  const negated = pattern[at + 1] === '^';
  const from = at + (negated ? 2 : 1);
  const ranges: string[] = [];
  for (let place = from; place < pattern.length; ) {
    if (pattern[place] === ']') {
      if (ranges.length === 0) return undefined;
      const length = place + 1 - at;
      const re2 = negated ? wide(ranges.join('')) : `[${ranges.join('')}]`;
      return { re2, wide: negated, length };
    }
    const item = classItem(pattern, place);
    if (item === undefined) return undefined;
    ranges.push(item.re2);
    place += item.length;
  }
  return undefined;
}

/** An escape outside a class, such as `\d`, `\.` or `\u00e9`; undefined when RE2 may read it otherwise. */
export function ecmaEscape(pattern: string, at: number): Wide | undefined {
  const letter = pattern[at + 1] ?? '';
  const set = sets[letter];
  if (set !== undefined) return { re2: `[${set}]`, wide: false, length: 2 };
  const complement = sets[letter.toLowerCase()];
  if (complement !== undefined) return { re2: wide(complement), wide: true, length: 2 };
  const found = oneChar(pattern, at);
  return found === undefined ? undefined : { re2: hex(found.code), wide: false, length: found.length };
}

/** All characters but these. RE2 has no surrogates: a character beyond U+FFFF stands as two, see `utf16Text`. */
export function wide(excluded: string): string {
  return `[^${excluded}]`;
}

/** ECMA-262's own sets: its `\s` is wider than RE2's. */
const sets: Readonly<Record<string, string>> = {
  d: '0-9',
  w: '0-9A-Za-z_',
  s: '\\t\\n\\v\\f\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}',
};

function classItem(pattern: string, at: number): { re2: string; length: number } | undefined {
  const set = pattern[at] === '\\' ? sets[pattern[at + 1] ?? ''] : undefined;
  if (set !== undefined)
    return pattern[at + 2] === '-' && pattern[at + 3] !== ']' ? undefined : { re2: set, length: 2 };
  const low = oneChar(pattern, at);
  if (low === undefined) return undefined;
  const dash = at + low.length;
  if (pattern[dash] !== '-' || pattern[dash + 1] === ']') return { re2: hex(low.code), length: low.length };
  const high = oneChar(pattern, dash + 1);
  if (high === undefined) return undefined;
  return { re2: `${hex(low.code)}-${hex(high.code)}`, length: low.length + 1 + high.length };
}

const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };

/** Surrogates and what stands for them (from U+E000 on) have no meaning of their own in RE2. */
const lastCode = 0xd7ff;

function oneChar(pattern: string, at: number): { code: number; length: number } | undefined {
  const found = pattern[at] === '\\' ? escapedChar(pattern, at) : { code: pattern.charCodeAt(at), length: 1 };
  return found !== undefined && found.code <= lastCode ? found : undefined;
}

function escapedChar(pattern: string, at: number): { code: number; length: number } | undefined {
  const letter = pattern[at + 1] ?? '';
  const control = controls[letter];
  if (control !== undefined) return { code: control, length: 2 };
  const digits = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(pattern.slice(at + 1));
  if (digits !== null) return { code: Number.parseInt(digits[1] ?? digits[2] ?? '', 16), length: digits[0].length + 1 };
  return /^[\x21-\x7e]$/.test(letter) && !/[\w]/.test(letter) ? { code: letter.charCodeAt(0), length: 2 } : undefined;
}

function hex(code: number): string {
  return `\\x{${code.toString(16)}}`;
}
