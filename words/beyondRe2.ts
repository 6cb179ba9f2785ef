/**
 * What of an ECMA-262 pattern the engine's SQL cannot match, in words, or undefined. DuckDB matches with RE2, which has
 * neither lookaround nor backreferences, so that it never takes exponential time.
 */
export function beyondRe2(pattern: string): string | undefined {
  const bare = pattern.replaceAll(/\[(?:\\.|[^\]\\])*\]/g, '[]').replaceAll(/\\[^1-9k]/g, '');
  if (/\(\?<?[=!]/.test(bare)) return 'a lookahead or lookbehind';
  if (/\\[1-9k]/.test(bare)) return 'a backreference';
  const counts = [...bare.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].flatMap((match) => [match[1], match[2]].map(Number));
  return counts.some((count) => count > 1_000) ? 'a repetition of more than 1000' : undefined;
}
