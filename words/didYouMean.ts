import { nearestName } from '../core/nearestName.ts';

/** A sentence that names the nearest of the known names and then all of them; the names alone if none is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const all = known.length === 0 ? 'There are none.' : `There are: ${known.join(', ')}.`;
  const near = nearestName(name, known);
  return near === undefined ? all : `Did you mean '${near}'? ${all}`;
}
