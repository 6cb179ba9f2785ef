/** A serving graph as `graphs/<id>.yaml` says it, checked: what answers `POST /predict/<id>`. */
export interface ServingGraph {
  readonly id: string;
  /** In the order of the file. Each leads only to nodes that there are, none to itself. */
  readonly nodes: Readonly<Record<string, GraphNode>>;
  /** The node whose scores are the answer. */
  readonly output: string;
  /** From a request's arrival to its answer; a caller may ask for less. */
  readonly deadlineMs: number;
}

export type GraphNode = TransformNode | ModelNode | RouteNode | CombineNode;

/** Makes rows of rows. */
export interface TransformNode {
  readonly kind: 'transform';
  /** A TypeScript module that exports `transform`, or an ONNX model; from the folder of the graph's file. */
  readonly file: string;
  /** `input`, the request's rows, or a transform. */
  readonly of: string;
}

/** Scores rows by a pipeline. */
export interface ModelNode {
  readonly kind: 'model';
  readonly pipeline: string;
  /** A number or an alias; the pipeline's routing chooses where left out. */
  readonly version?: string;
  readonly of: string;
  /** Less than the graph's, for a node that others can answer for. */
  readonly deadlineMs?: number;
}

/** Hands each row to one of several nodes: the first way that fits. */
export interface RouteNode {
  readonly kind: 'route';
  /** Whose columns `where` reads. */
  readonly of: string;
  /** The last one fits everything. */
  readonly ways: readonly RouteWay[];
}

export interface RouteWay {
  /** Values of the request's metadata, all of which must be equal. */
  readonly when: Readonly<Record<string, string>>;
  /** Of each column, the values that fit. */
  readonly where: Readonly<Record<string, readonly Cell[]>>;
  /** Nodes with their shares, 1 in all; most ways have one. */
  readonly to: Readonly<Record<string, number>>;
  /** Metadata by whose value a caller stays with one node. */
  readonly stickyBy?: string;
}

/** A value that a row may have, as JSON carries it. */
export type Cell = string | number | boolean;

/** Makes one score of several. */
export interface CombineNode {
  readonly kind: 'combine';
  readonly how: Combination;
  /** Nodes with their weights, 1 in all. */
  readonly of: Readonly<Record<string, number>>;
  /** How many of them must have a score; the others may fail or be late. */
  readonly need: number;
  /** Of `first confident`: how far from the threshold a score must be. */
  readonly margin: number;
}

export type Combination = 'mean' | 'weighted' | 'vote' | 'first confident';

/** The request's rows, by which nodes name them. */
export const graphInput = 'input';

/** Names of the nodes that a node asks, `input` among them. */
export function askedBy(node: GraphNode): string[] {
  if (node.kind === 'combine') return Object.keys(node.of);
  if (node.kind !== 'route') return [node.of];
  const readsRows = node.ways.some(({ where }) => Object.keys(where).length > 0);
  const targets = node.ways.flatMap(({ to }) => Object.keys(to));
  return [...new Set(readsRows ? [node.of, ...targets] : targets)];
}
