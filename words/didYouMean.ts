import { distance } from 'fastest-levenshtein';

/** A sentence that names the nearest of the known names and then all of them; the names alone if none is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const all = known.length === 0 ? 'There are none.' : `There are: ${known.join(', ')}.`;
  const near = nearest(name, known);
  return near === undefined ? all : `Did you mean '${near}'? ${all}`;
}

/** Near enough to be a slip of the hand: a third of its letters, two at least. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(name.length / 3));
  let best: { readonly name: string; readonly far: number } | undefined;
  for (const other of known) {
    const far = distance(name.toLowerCase(), other.toLowerCase());
    if (far <= limit && (best === undefined || far < best.far)) best = { name: other, far };
  }
  return best?.name;
}
