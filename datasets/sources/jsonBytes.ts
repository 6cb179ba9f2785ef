/** What is no plain JSON. Whoever meets it leaves it to a reader that knows every form. */
export const odd = -1;

const [space, tab, carriageReturn] = [0x20, 0x09, 0x0d];
const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const [minus, plus, point, zero, nine] = [0x2d, 0x2b, 0x2e, 0x30, 0x39];
const [upperE, lowerE, lowerU] = [0x45, 0x65, 0x75];

export const signs = { quote, comma, colon, openBrace, closeBrace, minus, plus, point, zero, nine } as const;

/** Deeper values are left to others: the stack of this process is no measure of a line. */
const deepest = 64;

/** Past the blanks that may stand between two parts of a line. */
export function afterBlanks(bytes: Uint8Array, at: number): number {
  let end = at;
  while (bytes[end] === space || bytes[end] === tab || bytes[end] === carriageReturn) end += 1;
  return end;
}

/** The end of the JSON value at a place, or `odd`. */
export function valueEnd(bytes: Uint8Array, at: number, depth = 0): number {
  const first = bytes[at];
  if (first === quote) return stringEnd(bytes, at);
  if (first === openBrace || first === openBracket) return depth < deepest ? nestedEnd(bytes, at, depth) : odd;
  const end = literalEnd(bytes, at);
  return end === odd ? numberEnd(bytes, at) : end;
}

/** The end of a text in quotes; one without a backslash ends at the first quote. Half a surrogate pair and U+0000 are odd. */
export function stringEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== quote) return odd;
  for (let end = at + 1; end < bytes.length; end += 1) {
    const byte = bytes[end] ?? 0;
    if (byte === quote) return end + 1;
    if (byte < space) return odd;
    if (byte === backslash) {
      const escaped = escapeEnd(bytes, end + 1);
      if (escaped === odd) return odd;
      end = escaped - 1;
    }
  }
  return odd;
}

/** The end of a text in quotes that has no escapes. */
export function plainTextEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== quote) return odd;
  let end = at + 1;
  for (let byte = bytes[end] ?? 0; byte >= space && byte !== backslash; byte = bytes[end] ?? 0) {
    end += 1;
    if (byte === quote) return end;
  }
  return odd;
}

const simpleEscapes = new Set(Buffer.from('"\\/bfnrt'));

function escapeEnd(bytes: Uint8Array, at: number): number {
  if (simpleEscapes.has(bytes[at] ?? 0)) return at + 1;
  const unit = escapedUnit(bytes, at);
  if (unit <= 0 || (unit >= 0xdc00 && unit <= 0xdfff)) return odd;
  if (unit < 0xd800 || unit > 0xdbff) return at + 5;
  const low = bytes[at + 5] === backslash ? escapedUnit(bytes, at + 6) : odd;
  return low >= 0xdc00 && low <= 0xdfff ? at + 11 : odd;
}

/** The UTF-16 unit of `uXXXX`, or `odd`. */
function escapedUnit(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== lowerU) return odd;
  let unit = 0;
  for (let next = at + 1; next < at + 5; next += 1) {
    const digit = hexDigit(bytes[next] ?? 0);
    if (digit === odd) return odd;
    unit = unit * 16 + digit;
  }
  return unit;
}

function hexDigit(byte: number): number {
  if (byte >= zero && byte <= nine) return byte - zero;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : odd;
}

/** The end of a number: no sign but a minus, no needless zero, no lonely point. */
export function numberEnd(bytes: Uint8Array, at: number): number {
  const from = bytes[at] === minus ? at + 1 : at;
  let end = digitsEnd(bytes, from);
  if (end === from || (bytes[from] === zero && end > from + 1)) return odd;
  if (bytes[end] === point) {
    const fraction = digitsEnd(bytes, end + 1);
    if (fraction === end + 1) return odd;
    end = fraction;
  }
  if (bytes[end] !== lowerE && bytes[end] !== upperE) return end;
  const power = bytes[end + 1] === minus || bytes[end + 1] === plus ? end + 2 : end + 1;
  const powerEnd = digitsEnd(bytes, power);
  // A power of three digits may be no finite number.
  return powerEnd === power || powerEnd > power + 2 ? odd : powerEnd;
}

export function digitsEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  for (let byte = bytes[end] ?? 0; byte >= zero && byte <= nine; byte = bytes[end] ?? 0) end += 1;
  return end;
}

const literals = ['true', 'false', 'null'].map((text) => new TextEncoder().encode(text));

/** The end of `true`, `false` or `null`. */
export function literalEnd(bytes: Uint8Array, at: number): number {
  const literal = literals.find((one) => one[0] === bytes[at]);
  return literal !== undefined && startsWith(bytes, at, literal) ? at + literal.length : odd;
}

export function startsWith(bytes: Uint8Array, at: number, start: Uint8Array): boolean {
  for (let k = 0; k < start.length; k += 1) if (bytes[at + k] !== start[k]) return false;
  return true;
}

function nestedEnd(bytes: Uint8Array, at: number, depth: number): number {
  const isObject = bytes[at] === openBrace;
  const close = isObject ? closeBrace : closeBracket;
  let end = afterBlanks(bytes, at + 1);
  if (bytes[end] === close) return end + 1;
  for (;;) {
    if (isObject) end = keyEnd(bytes, end);
    if (end === odd) return odd;
    end = valueEnd(bytes, end, depth + 1);
    if (end === odd) return odd;
    end = afterBlanks(bytes, end);
    if (bytes[end] === close) return end + 1;
    if (bytes[end] !== comma) return odd;
    end = afterBlanks(bytes, end + 1);
  }
}

/** To the value of the key at a place. */
function keyEnd(bytes: Uint8Array, at: number): number {
  const end = stringEnd(bytes, at);
  return end === odd ? odd : afterColon(bytes, end);
}

/** Past the colon between a key and its value. */
export function afterColon(bytes: Uint8Array, at: number): number {
  const end = afterBlanks(bytes, at);
  return bytes[end] === colon ? afterBlanks(bytes, end + 1) : odd;
}
