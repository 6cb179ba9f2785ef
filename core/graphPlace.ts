import { WhetError } from './errors.ts';
import { didYouMean } from './nearestName.ts';
import type { Data, DataMap, Path, Where } from './odcs/odcsData.ts';

/** A place in the document of a serving graph, and what stands there: undefined for nothing. */
export interface GraphPlace {
  readonly data: Data | undefined;
  readonly path: Path;
  /** File, line and column of a path. */
  readonly where: Where;
}

/** The place below it under a key or at an index. */
export function below({ data, path, where }: GraphPlace, key: string | number): GraphPlace {
  const held = typeof data === 'object' && data !== null && Object.hasOwn(data, key);
  const found = held ? (data as Record<string | number, Data>)[key] : undefined;
  return { data: found ?? undefined, path: [...path, key], where };
}

/** Its keys; those that are not known are refused. Throws `graph.invalid`. */
export function keysAt(place: GraphPlace, known?: readonly string[]): string[] {
  const { data } = place;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw invalidAt(place, 'keys with values');
  const keys = Object.keys(data as DataMap);
  const strange = keys.find((key) => known?.includes(key) === false);
  if (strange === undefined) return keys;
  const expected = `one of ${known?.join(', ')}`;
  throw invalidAt(below(place, strange), expected, `'${strange}'${didYouMean(strange, known ?? [])}`);
}

/** Throws `graph.invalid`. */
export function textAt(place: GraphPlace, expected: string): string {
  if (typeof place.data === 'string' && place.data !== '') return place.data;
  throw invalidAt(place, expected);
}

/** A number from the least to the most. Throws `graph.invalid`. */
export function numberAt(place: GraphPlace, least: number, most: number): number {
  const { data } = place;
  if (typeof data === 'number' && data >= least && data <= most) return data;
  throw invalidAt(place, most === Number.MAX_VALUE ? 'a number above 0' : `a number from ${least} to ${most}`);
}

/** The items of a list that has some. Throws `graph.invalid`. */
export function itemsAt(place: GraphPlace, expected: string): GraphPlace[] {
  const { data } = place;
  if (!Array.isArray(data) || data.length === 0) throw invalidAt(place, expected);
  return data.map((_, index) => below(place, index));
}

/** `came`: what stands there, when left out. */
export function invalidAt(place: GraphPlace, expected: string, came?: string): WhetError {
  const text = place.data === undefined ? 'nothing' : JSON.stringify(place.data);
  const found = came ?? (text.length > 80 ? `${text.slice(0, 80)}…` : text);
  return new WhetError('graph.invalid', { expected, came: `${found} in ${place.where(place.path)}` });
}
