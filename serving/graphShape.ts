import type { ServingGraph } from '../core/servingGraph.ts';
import type { RowShape } from './rowShape.ts';
import type { ServedPipeline } from './servedPipeline.ts';
import { loadedVersion } from './takeVersion.ts';

/** What a row of a graph looks like now. */
export interface GraphShape {
  /** Columns of its models and routes; undefined where a transform may read others, or a model is not loaded. */
  readonly columns: ReadonlySet<string> | undefined;
  /** A row that all its models take; a transform may need less. */
  readonly example: Readonly<Record<string, unknown>>;
  /** The end of an error about a row: what to send. */
  readonly advice: string;
}

export function graphShape({ nodes }: ServingGraph, served: ReadonlyMap<string, ServedPipeline>): GraphShape {
  const all = Object.values(nodes);
  const models = all.flatMap((node) => (node.kind === 'model' ? [node] : []));
  const shapes = models.map(({ pipeline, version }) => shapeOf(served.get(pipeline), version));
  const loaded = shapes.filter((shape) => shape !== undefined);
  const example = Object.assign({}, ...loaded.map((shape) => shape.example));
  const isKnown = loaded.length === shapes.length && all.every(({ kind }) => kind !== 'transform');
  const routed = all
    .flatMap((node) => (node.kind === 'route' ? node.ways : []))
    .flatMap(({ where }) => Object.keys(where));
  const columns = isKnown ? new Set([...loaded.flatMap(({ byName }) => [...byName.keys()]), ...routed]) : undefined;
  return { columns, example, advice: `Send a row such as ${JSON.stringify(example)}` };
}

/** Undefined where it is not loaded: who asks it is told why. */
function shapeOf(served: ServedPipeline | undefined, version: string | undefined): RowShape | undefined {
  if (served === undefined) return undefined;
  if (version === undefined) return served.slots.champion?.loaded.shape;
  try {
    return loadedVersion(served, version).loaded.shape;
  } catch {
    return undefined;
  }
}
