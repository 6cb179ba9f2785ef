import type * as TfCore from '@tensorflow/tfjs-core';

/** The operations of TensorFlow.js, whichever package they come from. */
export type Tf = typeof TfCore;

/** What computes: TensorFlow.js, ready, with one of its backends. All of them keep the contract of test/models/backends. */
export interface Backend {
  /** Part of a trial's key: two backends need not give the same bits. */
  readonly name: string;
  /** Threads that one operation uses; more than one would let sums come in any order. */
  readonly threads: number;
  readonly tf: Tf;
}
