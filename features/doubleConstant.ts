import type { Initializer } from '../core/graph.ts';

/** One double as a constant of the graph. */
export function doubleConstant(name: string, value: number): Initializer {
  return { name, type: 'double', dims: [], values: Float64Array.of(value) };
}
