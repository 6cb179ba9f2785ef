/** A package of which a share of the requests fail. */
export interface Fault {
  readonly package: string;
  readonly share: number;
}

export type CanaryServerMessage =
  | { readonly kind: 'serving'; readonly url: string }
  | { readonly kind: 'failed'; readonly at: number };

/** Golden rows and the rows it is warmed with are of other distances: faults begin when callers come. */
export const callersDistance = 999;
