/**
 * Whether an ECMA-262 pattern begins with `^` and ends with `$`, with no alternative beside: then it holds where all of
 * a text matches. DuckDB asks that once for each value of a Parquet file's dictionary, but `regexp_matches` in each row.
 */
export function isAnchored(pattern: string): boolean {
  const atoms = pattern.match(/\\.|\[(?:[^\]\\]|\\.)*\]|./gs) ?? [];
  let depth = 0;
  for (const atom of atoms) {
    if (atom === '(') depth += 1;
    if (atom === ')') depth -= 1;
    if (atom === '|' && depth === 0) return false;
  }
  return atoms[0] === '^' && atoms.at(-1) === '$';
}
