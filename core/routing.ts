import type { VariantTally } from './variantTally.ts';

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
  /** How requests are shared; left out where the champion answers them all and nobody else scores. */
  readonly traffic?: Traffic;
}

export interface RoutedVersion {
  readonly version: number;
  /** `objects/<sha256>` of the `ModelPackage`. */
  readonly package: string;
  readonly digest: string;
}

/** How requests are shared among the champion and other variants. `V` is how a version is named: in the ledger by its number. */
export interface Traffic<V = RoutedVersion> {
  /** All but the champion, by name: `challenger`, `reference`, `decoy`, or names of one's own for an A/B test. */
  readonly variants: Readonly<Record<string, TrafficVariant<V>>>;
  /** The first rule that fits a request's metadata names who answers it; weights share the others. */
  readonly rules: readonly TrafficRule[];
  /** Name of the metadata by whose value a caller stays with one variant; each request is drawn by itself where left out. */
  readonly stickyBy?: string;
  /**
   * Who answers where the chosen variant is late, throws or gives no number: the first of these that has an answer.
   * The champion stands at its end, said or not.
   */
  readonly fallback: readonly string[];
  /** From a request's arrival to its answer; a caller may ask for less. */
  readonly deadlineMs: number;
}

export interface TrafficVariant<V = RoutedVersion> {
  readonly version: V;
  /** Share of the requests that it answers, 0 to 1; the champion has what is left. */
  readonly weight: number;
  /** Share of the other requests that it scores without answering, 0 to 1. */
  readonly shadow: number;
}

export interface TrafficRule {
  /** Values of the request's metadata, all of which must be equal. */
  readonly when: Readonly<Record<string, string>>;
  /** `champion` or the name of a variant. */
  readonly variant: string;
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
  /** Set while it follows a routing that was kept on its machine, for the store has not given it one since its start. */
  readonly kept?: true;
  /** What each variant did since this epoch was applied; left out by processes that do not count. */
  readonly tallies?: readonly VariantTally[];
}

/** Age after which a lease no longer counts. */
export const leaseMs = 5_000;

/** Age after which a lease is taken for one of a process that was killed, and removed. */
export const deadLeaseMs = 60 * 60_000;
