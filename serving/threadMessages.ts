import type { ErrorCode, ErrorFacts } from '../core/errors.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Scorer, ScorerColumns } from '../models/scorers/scorer.ts';

/** What a thread begins with: the bytes of the package, and where those of its model are, by their keys in the store. */
export interface ThreadStart {
  readonly packageId: string;
  readonly objects: Readonly<Record<string, Uint8Array>>;
  /** Files of this machine. */
  readonly files: Readonly<Record<string, string>>;
}

/** To the thread: rows to score, several requests at once; or to let go of the model and end. */
export type ThreadOrder = { readonly calls: readonly ThreadCall[] } | 'release';

export interface ThreadCall extends ScorerColumns {
  readonly id: number;
}

/** From the thread: first whether the package could be loaded, then scores in the order in which they are made. */
export type ThreadReport =
  | { readonly ready: { readonly package: ModelPackage } & Pick<Scorer, 'kind' | 'inputs'> }
  | { readonly refused: ThreadError }
  | { readonly results: readonly ThreadResult[] };

export type ThreadResult =
  | { readonly id: number; readonly scores: Float32Array }
  | { readonly id: number; readonly error: ThreadError };

/** An error as it travels between threads. */
export interface ThreadError {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;
}
