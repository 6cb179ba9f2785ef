import { distance } from 'fastest-levenshtein';

/** The known name that was probably meant: within a third of its letters (two at least) of slips, or undefined. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const plain = name.slice(0, longest).toLowerCase();
  const limit = Math.max(2, Math.floor(plain.length / 3));
  let best: { readonly name: string; readonly far: number } | undefined;
  for (const other of known) {
    const far = distance(plain, other.toLowerCase());
    if (far <= limit && (best === undefined || far < best.far)) best = { name: other, far };
  }
  return best?.name;
}

/** ` (did you mean 'origin'?)`, or nothing where no name is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return near === undefined ? '' : ` (did you mean '${near}'?)`;
}

/** Names come from strangers, too: the work for one of them stays small. */
const longest = 100;
