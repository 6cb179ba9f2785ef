import { ecmaClass, ecmaEscape, type Wide, wide } from './ecmaClass.ts';

/** A pattern as RE2 understands it, or why it cannot be said so. */
export type Translation = { readonly re2: string; readonly wide: boolean } | { readonly refused: string };

/**
 * An ECMA-262 pattern (no flags) in RE2's language, when both surely match the same texts. JavaScript counts UTF-16
 * units, RE2 code points: where a pattern has an atom that matches characters beyond U+FFFF (`.`, `[^a]`, `\S`: then
 * `wide` is true), such a character must stand as two that are in no class of their own. Lookaround, backreferences,
 * counts above 1,000 (RE2's limit, nested ones multiplied) and JavaScript's oddities for old pages are refused.
 */
export function ecmaPattern(pattern: string): Translation {
  try {
    new RegExp(pattern);
    const reader: Reader = { pattern, at: 0, wide: false };
    const re2 = alternatives(reader, 1);
    if (reader.at < pattern.length) return { refused: `')' at ${reader.at}` };
    return { re2, wide: reader.wide };
  } catch (error) {
    if (error instanceof Refusal || error instanceof SyntaxError) return { refused: error.message };
    throw error;
  }
}

interface Reader {
  readonly pattern: string;
  at: number;
  wide: boolean;
}

/** Why a pattern is not taken; never leaves this file. */
class Refusal extends Error {}

function refuse(what: string, reader: Reader): never {
  throw new Refusal(`${what} at ${reader.at}`);
}

/** `repeats` is the product of the counts around this place. */
function alternatives(reader: Reader, repeats: number): string {
  let re2 = '';
  while (reader.at < reader.pattern.length && reader.pattern[reader.at] !== ')') {
    if (reader.pattern[reader.at] === '|') {
      reader.at += 1;
      re2 += '|';
    } else {
      re2 += term(reader, repeats);
    }
  }
  return re2;
}

function term(reader: Reader, repeats: number): string {
  const anchor = /^(?:\^|\$|\\b|\\B)/.exec(reader.pattern.slice(reader.at))?.[0];
  if (anchor !== undefined) {
    reader.at += anchor.length;
    if (quantifierAt(reader) !== undefined) refuse(`a repeated '${anchor}'`, reader);
    return anchor === '^' ? '\\A' : anchor === '$' ? '\\z' : anchor;
  }
  const from = reader.at;
  const first = atom(reader, repeats);
  const quantifier = quantifierAt(reader);
  if (quantifier === undefined) return first;
  const end = reader.at + quantifier.text.length;
  if (repeats * quantifier.most > 1_000) refuse(`more than 1000 repetitions (${quantifier.text})`, reader);
  if (quantifier.most > 1) {
    // Read again, now that it is known how often what is inside can be repeated.
    reader.at = from;
    atom(reader, repeats * quantifier.most);
  }
  reader.at = end;
  return first + quantifier.text;
}

function quantifierAt(reader: Reader): { text: string; most: number } | undefined {
  const match = /^(?:[*+?]|\{(\d+)(?:,(\d*))?\})\??/.exec(reader.pattern.slice(reader.at));
  if (match === null) return undefined;
  return { text: match[0], most: Math.max(1, Number(match[1] ?? 1), Number(match[2] || 1)) };
}

function atom(reader: Reader, repeats: number): string {
  const char = reader.pattern[reader.at] ?? '';
  if (char === '(') return group(reader, repeats);
  if (char === '[') return taken(reader, ecmaClass(reader.pattern, reader.at));
  if (/^\\[1-9k]/.test(reader.pattern.slice(reader.at, reader.at + 2))) refuse('a backreference', reader);
  if (char === '\\') return taken(reader, ecmaEscape(reader.pattern, reader.at));
  if (char === '.') return taken(reader, { re2: wide('\\n\\r\\x{2028}\\x{2029}'), wide: true, length: 1 });
  if (/[{}\]*+?]/.test(char)) refuse(`'${char}' that stands for itself`, reader);
  return taken(reader, ecmaEscape(`\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`, 0), 1);
}

function taken(reader: Reader, atom: Wide | undefined, length = atom?.length ?? 0): string {
  if (atom === undefined) return refuse('a part that RE2 may read otherwise', reader);
  reader.at += length;
  reader.wide ||= atom.wide;
  return atom.re2;
}

function group(reader: Reader, repeats: number): string {
  const opening = /^\((?:\?:|\?<[A-Za-z_]\w*>|(?!\?))/.exec(reader.pattern.slice(reader.at))?.[0];
  if (opening === undefined) return refuse('a lookahead, a lookbehind or a modifier', reader);
  reader.at += opening.length;
  const inside = alternatives(reader, repeats);
  reader.at += 1;
  return `(?:${inside})`;
}
