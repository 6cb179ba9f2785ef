import type { StopEarly } from '../core/trainingPlan.ts';
import type { Parameters } from '../core/trial.ts';
import type { Weights } from './learners/weights.ts';
import type { Rows } from './trainingData.ts';
import type { TrainState } from './trainState.ts';

/** One of the models that are trained side by side. */
export interface Lane {
  /** Lanes may differ in `learningRate` and in what the penalties take; all else decides the shape of the program. */
  readonly parameters: Parameters;
  readonly seed: number;
  /** Goes on from here, bit for bit as if it had never stopped; from the seed's first weights when left out. */
  readonly fromState?: TrainState;
}

export interface TrainOptions {
  /** The budget, counted from the very start. */
  readonly toEpochs: number;
  /** Rows of one step; 1,024 when left out. */
  readonly batchRows?: number;
  /** Checks on these rows. */
  readonly stopEarly?: StopEarly & { readonly rows: Rows };
  /** Awaited after each step, where there is anything to wait for. */
  readonly giveWay?: () => Promise<void> | undefined;
  /** Awaited every `everySteps` steps, counted from the very start. */
  readonly onSteps?: (standing: Standing) => Promise<void>;
  /** 16 when left out. */
  readonly everySteps?: number;
}

/** Where the lanes stand that have taken as many steps and go on. */
export interface Standing {
  readonly steps: number;
  readonly ofSteps: number;
  /** Their places among all. */
  readonly lanes: readonly number[];
  /** A copy, by a place of `lanes`. */
  stateOf(lane: number): TrainState;
}

export interface TrainOutcome extends TrainState {
  /** What the training comes to: the weights of the best check where it may stop early, else the last ones. */
  readonly chosen: Weights;
  /** The loss was no number at some step; weights and state are those before that step. */
  readonly diverged: boolean;
  /** Of the last step, penalty left out; NaN where no step was taken. */
  readonly loss: number;
  readonly rowsTrained: number;
}
