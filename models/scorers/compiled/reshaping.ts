import type { GraphNode } from '../../../core/graph.ts';
import { intAttribute } from './intAttribute.ts';
import { type Held, sizeOf } from './program.ts';

/** `Concat`: with one row, joining along the last axis sets the elements side by side. */
export function concat(node: GraphNode, parts: readonly Held[]): Held {
  const [first] = parts;
  const axis = intAttribute(node, 'axis') ?? 0;
  const rank = first?.dims.length ?? 0;
  const at = axis < 0 ? axis + rank : axis;
  if (first === undefined || parts.some(({ dims }) => dims.length !== rank || sizeOf(dims.slice(0, at)) !== 1)) {
    throw new RangeError('a Concat along other than the one row');
  }
  const joined = parts.reduce((sum, { dims }) => sum + (dims[at] ?? 0), 0);
  const dims = first.dims.map((dim, place) => (place === at ? joined : dim));
  return {
    type: first.type,
    dims,
    parts,
    get elements() {
      return parts.flatMap(({ elements }) => elements);
    },
  };
}

/** `Unsqueeze` and `Squeeze` with their axes as a constant input. */
export function unsqueeze(held: Held, axes: Held | undefined): Held {
  const given = axesOf(axes, held.dims.length + (axes?.elements.length ?? 0)) ?? [];
  const dims = [...held.dims];
  for (const axis of given.toSorted((a, b) => a - b)) dims.splice(axis, 0, 1);
  return { ...held, dims };
}

export function squeeze(held: Held, axes: Held | undefined): Held {
  const given = axesOf(axes, held.dims.length);
  return { ...held, dims: held.dims.filter((dim, at) => (given === undefined ? dim !== 1 : !given.includes(at))) };
}

/** `Reshape` to a constant shape; one row stays one row. */
export function reshape(held: Held, shape: Held | undefined): Held {
  const wanted = Array.from(shape?.constants ?? [], Number).map((dim, at) => (dim === 0 ? (held.dims[at] ?? 1) : dim));
  const known = wanted.filter((dim) => dim !== -1).reduce((size, dim) => size * dim, 1);
  const dims = wanted.map((dim) => (dim === -1 ? held.elements.length / known : dim));
  if (shape?.constants === undefined || sizeOf(dims) !== held.elements.length)
    throw new RangeError('a Reshape to no constant shape');
  return { ...held, dims };
}

function axesOf(axes: Held | undefined, rank: number): number[] | undefined {
  if (axes === undefined) return undefined;
  if (axes.constants === undefined) throw new RangeError('axes that are no constants');
  return Array.from(axes.constants, Number).map((axis) => (axis < 0 ? axis + rank : axis));
}
