import type { ParameterSpace, RangePlan } from './parameterSpace.ts';

/** A learner and the values each of its parameters may take: the candidates are their product, or drawn from it. */
export type LearnerPlan =
  | { readonly kind: 'logistic'; readonly l2: ParameterSpace; readonly learningRate: ParameterSpace }
  | {
      readonly kind: 'mlp';
      /** Networks, each as the widths of its hidden layers. */
      readonly hidden: readonly (readonly (number | RangePlan)[])[];
      readonly learningRate: ParameterSpace;
      readonly l2: ParameterSpace;
      /** ReLU alone when left out. */
      readonly activation?: readonly Activation[];
      /** Share of the units that rest in a step; none when left out. */
      readonly dropout?: ParameterSpace;
    }
  | ModuleLearnerPlan;

/** A learner of the project's own. */
export interface ModuleLearnerPlan {
  readonly kind: 'module';
  /** For people. */
  readonly name: string;
  /** The file that exports it, relative to the project's folder. */
  readonly module: string;
  /** SHA-256 of that file, which whoever loads the pipeline fills in: words read no files. */
  readonly digest?: string;
  readonly parameters: Readonly<Record<string, readonly (number | string)[] | RangePlan>>;
}

/** The function between layers. */
export type Activation = 'relu' | 'tanh' | 'elu';

/** The learners that come with the engine. */
export type LearnerKind = Exclude<LearnerPlan, ModuleLearnerPlan>['kind'];
