/** Who answers what, at `serving/<pipeline>/routing.json`: one document, swapped whole. */
export interface Routing {
  readonly pipeline: string;
  /** The ledger entry that it follows. */
  readonly ledger: number;
  readonly epoch: number;
  /** Who answers; null before the first promotion. */
  readonly champion: RoutedVersion | null;
  /** To be loaded, warmed and checked beside the champion, before it may answer. */
  readonly prepare: RoutedVersion | null;
}

export interface RoutedVersion {
  readonly version: number;
  /** `objects/<sha256>` of the `ModelPackage`. */
  readonly package: string;
  readonly digest: string;
}

/** A serving process says every second that it lives and what it can answer, at `serving/<pipeline>/workers/<id>.json`. */
export interface ServingLease {
  readonly id: string;
  readonly pid: number;
  readonly url: string;
  /** Milliseconds UTC; a lease older than `leaseMs` is of a dead process. */
  readonly at: number;
  readonly epoch: number;
  /** Versions loaded, warmed and equal on the golden rows. */
  readonly prepared: readonly number[];
  /** Versions that could not be prepared, and why. */
  readonly refused: Readonly<Record<string, string>>;
}

/** Age after which a lease no longer counts. */
export const leaseMs = 5_000;
