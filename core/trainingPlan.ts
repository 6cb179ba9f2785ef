/** How all candidates of a search are trained, where that is not as usual. */
export interface TrainingPlan {
  /** Rows of one step; 1,024 when left out. */
  readonly batchRows?: number;
  /** How often a row of each class counts, or as often as makes the two classes count alike; once when left out. */
  readonly classWeights?: 'balanced' | ClassWeights;
  /** A row counts half as much as one that happened so much later; all count alike when left out. */
  readonly halfLifeMs?: number;
  /** Trained to the end of the budget when left out. */
  readonly stopEarly?: StopEarly;
}

export interface ClassWeights {
  readonly positive: number;
  readonly negative: number;
}

/** The weights of the check with the least log loss on the validation rows are those of the trial. */
export interface StopEarly {
  /** Between checks. */
  readonly everyEpochs: number;
  /** So many checks in a row without a smaller loss end the trial. */
  readonly patience: number;
}
