import type * as TfCore from '@tensorflow/tfjs-core';
import type { Operations } from './operations.ts';

/** The operations of TensorFlow.js, whichever package they come from. */
export type Tf = typeof TfCore;

/** What computes: TensorFlow.js, ready, with one of its backends. All of them keep the contract of test/models/backends. */
export interface Backend {
  /**
   * Part of a trial's key: two backends need not give the same bits, nor two versions of one. Behind an `@` stands the
   * version of the libraries where this package's lockfile does not pin them: `tfjs-node@2.15.1`.
   */
  readonly name: string;
  /** Threads that one operation uses; more than one would let sums come in any order. */
  readonly threads: number;
  /** Where it computes, for a person: `CPU` or `GPU`. */
  readonly device: string;
  /** As the package has it that the backend comes from. */
  readonly tf: Tf;
  /** Where it has some that can be called without TensorFlow.js between. */
  readonly operations?: Operations;
  /** Makes it the active one of the process, of which there is one: another may have been opened since. */
  activate(): Promise<void>;
}
