import type { GraphNode } from '../../../core/graph.ts';

/** A node's attribute that is a whole number; undefined where it is left out. */
export function intAttribute({ attributes = {} }: GraphNode, name: string): number | undefined {
  const held = attributes[name];
  return held !== undefined && 'int' in held ? held.int : undefined;
}
