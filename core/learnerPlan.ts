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
    };

/** The function between layers. */
export type Activation = 'relu' | 'tanh' | 'elu';

export type LearnerKind = LearnerPlan['kind'];
