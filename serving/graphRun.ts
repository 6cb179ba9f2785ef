import type { MetadataOf } from '../core/chooseVariant.ts';
import type { NodeScore } from '../core/combineScores.ts';
import { type ErrorCode, WhetError } from '../core/errors.ts';
import type { JsonRow } from '../core/openRoute.ts';
import type { GraphNode } from '../core/servingGraph.ts';
import type { OpenedGraph } from './openedGraph.ts';
import type { ServingState } from './servingState.ts';
import type { TimeLeft } from './timeLeft.ts';

/** One request on its way through a graph. */
export interface GraphRun {
  readonly state: ServingState;
  readonly opened: OpenedGraph;
  readonly requestId: string;
  readonly id: string | undefined;
  readonly metadataOf: MetadataOf;
  readonly time: TimeLeft;
  /** Scores of a node for rows by their numbers, in their order; throws why it has none. */
  readonly scores: (node: string, rows: readonly number[]) => Promise<readonly NodeScore[]>;
  /** Rows of `input` or of a transform. */
  readonly rows: (node: string, rows: readonly number[]) => Promise<readonly JsonRow[]>;
}

/** What a node did for some rows of a request. */
export interface NodeCall extends CallFacts {
  readonly node: string;
  readonly kind: GraphNode['kind'];
  /** How many. */
  readonly rows: number;
  /** Milliseconds from when it was asked to when it was done, with what it asked itself. */
  readonly ms: number;
  /** Its score, where it was asked for one row. */
  readonly score?: number;
  /** Why it has none. */
  readonly failed?: ErrorCode;
}

/** What only some kinds of nodes tell. */
export interface CallFacts {
  /** The pipeline of a model, and who answered there. */
  readonly model?: string;
  readonly version?: number;
  readonly variant?: string;
  readonly reason?: string;
  readonly epoch?: number;
  /** Of the model, or of a transform's file. */
  readonly digest?: string;
  /** Of the model's answers, with the number of a row behind it: keys of the prediction log and of labels. */
  readonly requestId?: string;
  /** Of a route: how many rows went to each node. */
  readonly to?: Readonly<Record<string, number>>;
}

/** What a node gave, and what it has to tell of it. */
export interface Given<T> {
  readonly values: readonly T[];
  readonly facts: CallFacts;
}

/** The same error with the node's name in it. */
export function atNode(error: unknown, node: string): unknown {
  if (!(error instanceof WhetError)) return error;
  const { expected, came, todo } = error.facts;
  return new WhetError(error.code, { expected, came: `${came} at node '${node}'`, todo }, error);
}
