import type { ErrorCode, ErrorFacts } from '../core/errors.ts';
import type { TrialRequest, TrialResult } from '../core/trial.ts';

/** What all trials of a pool share. */
export interface TrialPlace {
  /** Where the store is, as `openStore` takes it. */
  readonly store: string;
  /** Folder of copies that a store elsewhere keeps on this machine. */
  readonly cacheFolder: string;
  /** The project's folder, in which its own learners lie. */
  readonly folder: string;
  readonly checkpointEveryMs: number;
}

/** From the pool to a child: run these trials, side by side. */
export interface TrialOrder extends TrialPlace {
  readonly id: number;
  readonly requests: readonly TrialRequest[];
}

/** From a child to the pool. */
export type TrialReport =
  | { readonly id: number; readonly results: readonly TrialResult[] }
  | { readonly id: number; readonly error: TrialError }
  | { readonly id: number; readonly steps: number; readonly of: number }
  /** What is left is to validate and to write: the next order may come. */
  | { readonly id: number; readonly trained: true };

/** A `WhetError` as plain data. */
export interface TrialError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly facts: ErrorFacts;
}
