/** An input as a request carries it; all but its name is yet to be checked. */
export interface Tensor {
  readonly name: string;
  readonly shape: unknown;
  readonly datatype: unknown;
  /** Raw bytes, or the values as JSON has them, flat or in rows of one. */
  readonly data: unknown;
}
