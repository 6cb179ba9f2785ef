import { WhetError } from '../errors.ts';

/** What a YAML document says. */
export type Data = null | boolean | number | string | readonly Data[] | DataMap;
export interface DataMap {
  readonly [key: string]: Data;
}

/** The keys and indexes that lead to a place in a document. */
export type Path = readonly (string | number)[];

/** A mapping of a document, and where it stands. */
export interface Node {
  readonly data: DataMap;
  readonly path: Path;
}

/** What is told to people of a place: with the line, where it is known. */
export type Where = (path: Path) => string;

interface Kinds {
  readonly text: string;
  readonly number: number;
  readonly flag: boolean;
  readonly list: readonly Data[];
  readonly map: DataMap;
}

/** The value of a key; undefined where it is missing or null. Throws `odcs.invalid` where it is of another kind. */
export function field<K extends keyof Kinds>(at: Node, key: string, kind: K, where: Where): Kinds[K] | undefined {
  const value = Object.hasOwn(at.data, key) ? at.data[key] : undefined;
  if (value === undefined || value === null) return undefined;
  if (kinds[kind].is(value)) return value as Kinds[K];
  throw invalidOdcs(kinds[kind].text, value, where([...at.path, key]));
}

/** The mappings that a key lists; none where it is missing. */
export function nodes(at: Node, key: string, where: Where): readonly Node[] {
  const list = field(at, key, 'list', where) ?? [];
  return list.map((item, index) => node(item, [...at.path, key, index], where));
}

/** Throws `odcs.invalid` where it is no mapping. */
export function node(data: Data, path: Path, where: Where): Node {
  if (isMap(data)) return { data, path };
  throw invalidOdcs(kinds.map.text, data, where(path));
}

export function invalidOdcs(expected: string, came: Data | undefined, place: string): WhetError {
  return new WhetError('odcs.invalid', { expected, came: `${shown(came)} in ${place}` });
}

export function isMap(data: Data | undefined): data is DataMap {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

/** `schema[0].properties[2].name`. */
export function pathText(path: Path): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return text === '' ? 'the document' : text.replace(/^\./, '');
}

const kinds: { readonly [K in keyof Kinds]: { readonly text: string; readonly is: (value: Data) => boolean } } = {
  text: { text: 'a text', is: (value) => typeof value === 'string' },
  number: { text: 'a finite number', is: (value) => typeof value === 'number' && Number.isFinite(value) },
  flag: { text: 'true or false', is: (value) => typeof value === 'boolean' },
  list: { text: 'a list', is: (value) => Array.isArray(value) },
  map: { text: 'keys with values', is: isMap },
};

function shown(value: Data | undefined): string {
  const text = value === undefined || value === null ? 'nothing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
