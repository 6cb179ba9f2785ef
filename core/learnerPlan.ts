/** A learner and the values each of its parameters may take; the grid is their product. */
export type LearnerPlan =
  | { readonly kind: 'logistic'; readonly l2: readonly number[]; readonly learningRate: readonly number[] }
  | {
      readonly kind: 'mlp';
      readonly hidden: readonly (readonly number[])[];
      readonly learningRate: readonly number[];
      readonly l2: readonly number[];
    };

export type LearnerKind = LearnerPlan['kind'];
