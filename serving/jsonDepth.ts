const [quote, backslash, openList, openObject, closeList, closeObject] = [0x22, 0x5c, 0x5b, 0x7b, 0x5d, 0x7d];

/**
 * Whether the first bytes of a body nest arrays and objects deeper than a limit, if they are JSON. Parsing what is nested a
 * million times takes a hundred times its size in memory, and whatever walks it afterwards runs out of stack.
 */
export function jsonDepthAbove(limit: number, body: Uint8Array, bytes: number): boolean {
  // The caller's word for it may be any number.
  const end = Math.min(bytes, body.length);
  let depth = 0;
  for (let at = 0; at < end; at += 1) {
    const byte = body[at];
    if (byte === quote) at = endOfText(body, at, end);
    else if (byte === openList || byte === openObject) depth += 1;
    else if (byte === closeList || byte === closeObject) depth -= 1;
    if (depth > limit) return true;
  }
  return false;
}

function endOfText(body: Uint8Array, from: number, end: number): number {
  let at = from + 1;
  while (at < end && body[at] !== quote) at += body[at] === backslash ? 2 : 1;
  return at;
}
