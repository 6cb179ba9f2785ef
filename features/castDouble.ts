import type { GraphNode } from '../core/graph.ts';
import { onnxDouble } from './onnxTypes.ts';

/** A raw column as double; one that may be null is double already, with NaN for null. */
export function castDouble(column: string, output: string): GraphNode {
  return { op: 'Cast', inputs: [column], outputs: [output], attributes: { to: { int: onnxDouble } } };
}
