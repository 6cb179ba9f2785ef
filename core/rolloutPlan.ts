/** How a version comes to answer, as the pipeline file says it. */
export interface RolloutPlan {
  /** Golden rows must match in each serving process before a version answers. */
  readonly parity: boolean;
  readonly shadowMs: number;
}
