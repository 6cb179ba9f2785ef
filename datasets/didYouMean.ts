import { closest, distance } from 'fastest-levenshtein';

/** `; did you mean 'origin'?` when a known name is near enough, else nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const plain = (text: string): string => text.toLowerCase();
  const nearest = closest(plain(name), known.map(plain));
  const shown = known.find((candidate) => plain(candidate) === nearest);
  const near = distance(plain(name), nearest) <= Math.max(1, Math.floor(name.length / 3));
  return shown === undefined || !near ? '' : `; did you mean '${shown}'?`;
}
