import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { checkServingGraph } from '../core/checkServingGraph.ts';
import { WhetError } from '../core/errors.ts';
import type { Data, Path } from '../core/odcs/odcsData.ts';
import type { ServingGraph } from '../core/servingGraph.ts';

/** A serving graph of YAML 1.2, and where its nodes stand in it. */
export interface GraphFile {
  readonly graph: ServingGraph;
  /** File, line and column of a path. */
  readonly where: (path: Path) => string;
}

/** `file` names the text in errors. Throws `graph.invalid` with file, line and column. */
export function readGraphFile(id: string, text: string, file: string): GraphFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeOf = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [fault] = document.errors;
  if (fault !== undefined) throw invalid('YAML', `${fault.message} in ${placeOf(fault.pos[0])}`);
  const where = (path: Path): string => placeOf(offsetOf(document.contents, path));
  return { graph: checkServingGraph(id, plainData(document, file), where), where };
}

/** An alias that names a thousand others would fill the memory: the package counts them and throws. */
function plainData(document: { toJS(): unknown }, file: string): Data {
  try {
    return document.toJS() as Data;
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw invalid('YAML with few aliases', `${error.message} in ${file}`);
  }
}

/** Where the key or the item stands that a path leads to, or the nearest above it that is there. */
function offsetOf(root: unknown, path: Path): number {
  let [held, offset] = [root, isNode(root) ? (root.range?.[0] ?? 0) : 0];
  for (const part of path) {
    const [key, value] = stepInto(held, part);
    if (!isNode(key)) return offset;
    offset = key.range?.[0] ?? offset;
    held = value;
  }
  return offset;
}

/** What is pointed at, and what stands below it. */
function stepInto(held: unknown, part: string | number): readonly [unknown, unknown] {
  if (isSeq(held)) return [held.items[Number(part)], held.items[Number(part)]];
  if (!isMap(held)) return [undefined, undefined];
  const pair = held.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
  return [pair?.key, pair?.value];
}

function invalid(expected: string, came: string): WhetError {
  return new WhetError('graph.invalid', { expected, came });
}
