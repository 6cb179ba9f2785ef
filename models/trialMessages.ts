import type { ErrorCode, ErrorFacts } from '../core/errors.ts';
import type { TrialRequest, TrialResult } from '../core/trial.ts';

/** What all trials of a pool share. */
export interface TrialPlace {
  /** Folder of the local store. */
  readonly storeFolder: string;
  readonly checkpointEveryMs: number;
}

/** From the pool to a child: run this trial. */
export interface TrialOrder extends TrialPlace {
  readonly id: number;
  readonly request: TrialRequest;
}

/** From a child to the pool. */
export type TrialReport =
  | { readonly id: number; readonly result: TrialResult }
  | { readonly id: number; readonly error: TrialError }
  | { readonly id: number; readonly steps: number; readonly of: number };

/** A `WhetError` as plain data. */
export interface TrialError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly facts: ErrorFacts;
}
