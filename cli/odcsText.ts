import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  stringify,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { canonicalJson } from '../core/canonicalJson.ts';
import { WhetError } from '../core/errors.ts';
import { type Data, type DataMap, type Path, pathText, type Where } from '../core/odcs/odcsData.ts';

/** A document of the Open Data Contract Standard as it was written. */
export interface OdcsText {
  readonly data: Data;
  /** A place of it for people: `schema[0].name (line 12)`. */
  readonly where: Where;
  /** The text with other data: what is the same stays as it was written, comments too. */
  readonly withData: (next: Data) => string;
}

/** Reads YAML 1.2. Throws `odcs.invalid`, naming the line. */
export function readOdcsText(text: string): OdcsText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw new WhetError('odcs.invalid', { expected: 'YAML', came: `${fault.message} in line ${line}, column ${col}` });
  }
  const data = plainData(document);
  return {
    data,
    where: (path) => {
      const line = lineOf(document, lines, path);
      return line === undefined ? pathText(path) : `${pathText(path)} (line ${line})`;
    },
    withData: (next) => {
      if (canonicalJson(data) === canonicalJson(next)) return text;
      const changed = (read: Document): Document => {
        read.contents = merged(read, read.contents, data, next) as Document['contents'];
        return read;
      };
      const written = changed(withPadding(parseDocument(text), text));
      return likeBefore(text, hasAllAnchors(written) ? written : changed(withPadding(withoutAliases(text), text)));
    },
  };
}

/** A new document as YAML. */
export function odcsText(data: Data): string {
  return stringify(data, options);
}

/** Written as it was: lists in or out, the ends of lines. */
function likeBefore(before: string, document: Document): string {
  const indentSeq = !/^( *)[\w'"-][^\n]*:[ \t]*\r?\n\1- /m.test(before);
  const text = document.toString({ ...options, indentSeq });
  return before.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
}

/** Brackets stay close or apart: the package knows one way for all of a text. */
function withPadding(document: Document, text: string): Document {
  visit(document, {
    Collection: (_, found) => {
      if (found.flow !== true || !found.range) return;
      const flowCollectionPadding = /\s/.test(text[found.range[0] + 1] ?? '') ? ' ' : '';
      const write = found.toString.bind(found);
      found.toString = (context, ...others) => write(context && { ...context, flowCollectionPadding }, ...others);
    },
  });
  return document;
}

/** No line is folded: patterns and paths stay whole. */
const options = { lineWidth: 0, aliasDuplicateObjects: false } as const;

/** Whether each alias comes behind what it stands for, which may have been taken out. */
function hasAllAnchors(document: Document): boolean {
  const anchors = new Set<string>();
  let isWhole = true;
  visit(document, (_, found) => {
    if (isAlias(found)) isWhole &&= anchors.has(found.source);
    else if (isNode(found) && found.anchor) anchors.add(found.anchor);
  });
  return isWhole;
}

/** The document with what each alias stands for in its place. */
function withoutAliases(text: string): Document {
  const document = parseDocument(text);
  visit(document, {
    Alias: (_, found) => document.createNode(found.toJS(document), options),
  });
  return document;
}

/** An alias that names a thousand others would fill the memory: the package counts them and throws. */
function plainData(document: Document): Data {
  try {
    return document.toJS() as Data;
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new WhetError('odcs.invalid', { expected: 'YAML with few aliases', came: error.message }, error);
  }
}

/** The line of the nearest place on the path that is there. */
function lineOf(document: Document, lines: LineCounter, path: Path): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const found = document.getIn(path.slice(0, length), true);
    if (isNode(found) && found.range) return lines.linePos(found.range[0]).line;
  }
  return undefined;
}

/** The node of a value that was `before` and is now `next`. */
function merged(document: Document, node: unknown, before: Data | undefined, next: Data): unknown {
  if (isNode(node) && canonicalJson(before) === canonicalJson(next)) return node;
  if (isMap(node) && isPlainMap(before) && isPlainMap(next)) return mergedMap(document, node, before, next);
  if (isSeq(node) && Array.isArray(before) && Array.isArray(next)) return mergedList(document, node, before, next);
  if (isScalar(node) && (typeof next !== 'object' || next === null)) {
    node.value = next;
    // How the old value was written may not fit the new one.
    delete node.source;
    return node;
  }
  return document.createNode(next, options);
}

function mergedMap(document: Document, node: YAMLMap, before: DataMap, next: DataMap): YAMLMap {
  for (const key of Object.keys(before)) if (!(key in next)) node.delete(key);
  for (const [key, value] of Object.entries(next)) {
    const pair = node.items.find((item: Pair) =>
      isScalar(item.key) ? String(item.key.value) === key : item.key === key,
    );
    if (pair === undefined) node.items.push(document.createPair(key, value, options));
    else pair.value = merged(document, pair.value, before[key], value);
  }
  return node;
}

/** Items that are the same, or are called the same, keep what was written of them. */
function mergedList(document: Document, node: YAMLSeq, before: readonly Data[], next: readonly Data[]): YAMLSeq {
  const left = before.map((data, index) => ({ data, node: node.items[index] }));
  const taken = next.map((value) => {
    const at = left.findIndex(({ data }) => canonicalJson(data) === canonicalJson(value));
    return at < 0 ? undefined : left.splice(at, 1)[0];
  });
  node.items = next.map((value, index) => {
    const same = taken[index];
    if (same !== undefined) return same.node;
    const at = left.findIndex(({ data }) => isCalledAs(data, value));
    const [near] = at < 0 ? [] : left.splice(at, 1);
    return near === undefined ? document.createNode(value, options) : merged(document, near.node, near.data, value);
  });
  return node;
}

function isCalledAs(one: Data, other: Data): boolean {
  if (!isPlainMap(one) || !isPlainMap(other)) return false;
  return ['name', 'property', 'server', 'id'].some((key) => one[key] !== undefined && one[key] === other[key]);
}

function isPlainMap(data: Data | undefined): data is DataMap {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
