import type { JsonRow, Route } from '../core/openRoute.ts';
import type { ServingGraph } from '../core/servingGraph.ts';

/** A serving graph that can be asked: its transforms are loaded, its routes made ready. */
export interface OpenedGraph {
  readonly graph: ServingGraph;
  /** SHA-256 of its file and of its transforms' files. */
  readonly digest: string;
  readonly transforms: ReadonlyMap<string, RowTransform>;
  readonly routes: ReadonlyMap<string, Route>;
  /** Frees what its transforms hold. */
  close(): Promise<void>;
}

/** A graph whose file cannot be used, and why: it answers that, and the pipelines go on. */
export interface RefusedGraph {
  readonly refusal: string;
}

export type HeldGraph = OpenedGraph | RefusedGraph;

export interface RowTransform {
  /** SHA-256 of the file. */
  readonly digest: string;
  /** A row for each row, in their order. Throws what the transform throws, and `graph.transform-failed`. */
  apply(rows: readonly JsonRow[]): Promise<readonly JsonRow[]>;
  close(): Promise<void>;
}
