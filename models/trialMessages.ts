import type { ErrorCode, ErrorFacts } from '../core/errors.ts';
import type { TrialRequest, TrialResult } from '../core/trial.ts';

/** From the pool to a child: run this trial, with the store in this folder. */
export interface TrialOrder {
  readonly id: number;
  readonly request: TrialRequest;
  readonly storeFolder: string;
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
