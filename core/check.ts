/** One thing that `whet doctor` looks at. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, in one sentence. */
  readonly found: string;
  /** What to do; only where it is not well. */
  readonly todo?: string;
}
