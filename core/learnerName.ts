/** What people call the learner of a candidate: the engine's word for it, or the name that the pipeline file gives it. */
export function learnerName(candidate: {
  readonly learner: string;
  readonly module?: { readonly name: string };
}): string {
  return candidate.module?.name ?? candidate.learner;
}
