import { below, type GraphPlace, invalidAt, itemsAt, keysAt, numberAt, textAt } from './graphPlace.ts';
import {
  type Cell,
  type Combination,
  type CombineNode,
  type GraphNode,
  graphInput,
  type RouteNode,
  type RouteWay,
} from './servingGraph.ts';

/** A node by itself, without those that it names. Throws `graph.invalid`. */
export function checkGraphNode(place: GraphPlace): GraphNode {
  const kinds = ['transform', 'model', 'route', 'combine'] as const;
  const keys = keysAt(place);
  const found = kinds.filter((kind) => keys.includes(kind));
  const [kind] = found;
  if (kind === undefined) keysAt(place, kinds);
  if (kind === undefined || found.length > 1) throw invalidAt(place, `one of ${kinds.join(', ')} in a node`);
  keysAt(place, known[kind]);
  if (kind === 'transform') return { kind, file: fileOf(below(place, kind)), of: rowsOf(place) };
  if (kind === 'combine') return combineOf(place);
  if (kind === 'route') return routeOf(place);
  const [version, deadline] = [below(place, 'version'), below(place, 'deadlineMs')];
  return {
    kind,
    pipeline: textAt(below(place, kind), "a pipeline's id"),
    ...(version.data === undefined ? {} : { version: versionOf(version) }),
    of: rowsOf(place),
    ...(deadline.data === undefined ? {} : { deadlineMs: numberAt(deadline, 1, 60_000) }),
  };
}

const known = {
  transform: ['transform', 'of'],
  model: ['model', 'version', 'of', 'deadlineMs'],
  route: ['route', 'of'],
  combine: ['combine', 'of', 'need', 'margin'],
} as const;

function rowsOf(place: GraphPlace): string {
  const of = below(place, 'of');
  return of.data === undefined ? graphInput : textAt(of, 'the name of a node');
}

function fileOf(place: GraphPlace): string {
  const expected = 'a file of TypeScript, JavaScript or ONNX';
  const file = textAt(place, expected);
  if (/\.(?:ts|mts|js|mjs|onnx)$/.test(file)) return file;
  throw invalidAt(place, expected);
}

function versionOf(place: GraphPlace): string {
  if (Number.isSafeInteger(place.data)) return String(place.data);
  return textAt(place, 'a version by its number or alias');
}

const combinations: readonly Combination[] = ['mean', 'weighted', 'vote', 'first confident'];

function combineOf(place: GraphPlace): CombineNode {
  const how = combinations.find((each) => each === below(place, 'combine').data);
  if (how === undefined) throw invalidAt(below(place, 'combine'), `one of ${combinations.join(', ')}`);
  const of = how === 'weighted' ? sharesOf(below(place, 'of')) : evenly(below(place, 'of'));
  const [all, need, margin] = [Object.keys(of).length, below(place, 'need'), below(place, 'margin')];
  const isFirst = how === 'first confident';
  if (isFirst && need.data !== undefined) throw invalidAt(need, "no 'need' here: one is enough");
  if (!isFirst && margin.data !== undefined) throw invalidAt(margin, "'margin' with first confident alone");
  const needed = need.data === undefined ? (isFirst ? 1 : all) : numberAt(need, 1, all);
  if (!Number.isInteger(needed)) throw invalidAt(need, 'a whole number');
  return { kind: 'combine', how, of, need: needed, margin: isFirst ? numberAt(margin, 0, 1) : 0 };
}

function evenly(place: GraphPlace): Record<string, number> {
  const items = itemsAt(place, 'a list of nodes');
  const names = items.map((item) => textAt(item, 'the name of a node'));
  const twice = names.findIndex((name, at) => names.indexOf(name) < at);
  if (twice >= 0) throw invalidAt(below(place, twice), 'each node once');
  return Object.fromEntries(names.map((name) => [name, 1 / names.length]));
}

/** Numbers above 0, divided by their sum. */
function sharesOf(place: GraphPlace): Record<string, number> {
  const names = keysAt(place);
  const shares = names.map((name) => numberAt(below(place, name), Number.MIN_VALUE, Number.MAX_VALUE));
  const sum = shares.reduce((all, share) => all + share, 0);
  if (!Number.isFinite(sum) || sum === 0) throw invalidAt(place, 'nodes with numbers above 0');
  return Object.fromEntries(names.map((name, at) => [name, (shares[at] ?? 0) / sum]));
}

function routeOf(place: GraphPlace): RouteNode {
  const items = itemsAt(below(place, 'route'), 'a list of ways');
  const ways = items.map(wayOf);
  const isOpen = ({ when, where }: RouteWay): boolean => Object.keys(when).length + Object.keys(where).length === 0;
  const open = ways.findIndex(isOpen);
  const last = items[items.length - 1] ?? place;
  if (open < 0) throw invalidAt(last, "a last way without 'when' and 'where', for all other rows");
  const after = items[open + 1];
  if (after !== undefined) throw invalidAt(after, 'no way after the one that fits everything');
  return { kind: 'route', of: rowsOf(place), ways };
}

function wayOf(place: GraphPlace): RouteWay {
  keysAt(place, ['when', 'where', 'to', 'stickyBy']);
  const [to, sticky] = [below(place, 'to'), below(place, 'stickyBy')];
  const shares = typeof to.data === 'string' ? { [to.data]: 1 } : sharesOf(to);
  if (sticky.data !== undefined && typeof to.data === 'string') throw invalidAt(sticky, "'stickyBy' with shares alone");
  return {
    when: entriesAt(below(place, 'when'), metadataName, (at) => textAt(at, 'text, as metadata are')),
    where: entriesAt(below(place, 'where'), (at) => at, cellsOf),
    to: shares,
    ...(sticky.data === undefined ? {} : { stickyBy: textAt(metadataName(sticky, sticky.data), 'a name of metadata') }),
  };
}

function entriesAt<T>(
  place: GraphPlace,
  check: (at: GraphPlace, name: string) => unknown,
  read: (at: GraphPlace) => T,
): Record<string, T> {
  if (place.data === undefined) return {};
  const names = keysAt(place);
  for (const name of names) check(below(place, name), name);
  return Object.fromEntries(names.map((name) => [name, read(below(place, name))]));
}

/** Metadata come as headers, whose names have no capital letters. */
function metadataName(place: GraphPlace, name: unknown): GraphPlace {
  if (typeof name === 'string' && /^[a-z0-9][a-z0-9_-]{0,99}$/.test(name)) return place;
  throw invalidAt(place, "a name of metadata in small letters, digits, '-' and '_'", `'${name}'`);
}

function cellsOf(place: GraphPlace): readonly Cell[] {
  const cells = Array.isArray(place.data) ? itemsAt(place, 'some values') : [place];
  return cells.map((at) => {
    if (at.data !== undefined && typeof at.data !== 'object') return at.data;
    throw invalidAt(at, 'a text, a number, true or false, or a list of them');
  });
}
