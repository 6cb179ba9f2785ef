import type { Traffic } from './routing.ts';
import type { Verdict } from './scorecard.ts';
import type { Hour } from './time.ts';

/** What a name points at: version numbers. `reference` is moved by a person alone. */
export type Aliases = Readonly<Partial<Record<AliasName, number>>>;
export type AliasName = 'champion' | 'challenger' | 'reference' | 'decoy';

export interface VersionRecord {
  readonly version: number;
  /** `objects/<sha256>` of the `ModelPackage`. */
  readonly package: string;
  readonly digest: string;
  readonly asOf: Hour;
  readonly plan: string;
  /** `objects/<sha256>` of the `Scorecard`. */
  readonly scorecard: string;
  readonly verdict: Verdict;
  readonly run: string;
  /** Set where it is another version's weights with newer tables: no run trained it, and no gate judged it anew. */
  readonly refresh?: RefreshedFrom;
  /** Where it was copied from; left out of a version that was made here. A copy is no candidate: a person promotes it. */
  readonly origin?: VersionOrigin;
}

/** What a refresh leaves as it was. */
export interface RefreshedFrom {
  /** The champion whose tables it renews. */
  readonly of: number;
  /** The version that the weights, the encoders and the threshold were trained as: `of`, or what that was refreshed from. */
  readonly weights: number;
}

/** A version of the same pipeline in another store. */
export interface VersionOrigin {
  /** A folder, or an address such as `s3://bucket/prefix`. */
  readonly store: string;
  readonly version: number;
  /** The entry of that store's ledger that registered it, and its SHA-256. */
  readonly entry: number;
  readonly entryDigest: string;
}

export type LedgerEvent =
  | { readonly kind: 'registered'; readonly record: VersionRecord }
  | { readonly kind: 'rejected'; readonly version: number }
  /** `traffic` is set where the version before is kept beside it for a while. */
  | { readonly kind: 'promoted'; readonly version: number; readonly traffic?: Traffic<number> }
  | { readonly kind: 'rolled back'; readonly version: number }
  /** A step of the version's rollout: the champion stays, and requests are shared so from now on; null: it has them all. */
  | { readonly kind: 'traffic changed'; readonly version: number; readonly traffic: Traffic<number> | null }
  /** A person's word on how requests are shared; null: the champion has them all. */
  | { readonly kind: 'traffic set'; readonly traffic: Traffic<number> | null }
  /** The version has no part in the traffic any more; inconclusive: too little came to judge it by, and a person may promote it. */
  | { readonly kind: 'rollout failed' | 'rollout inconclusive'; readonly version: number }
  /** A person's word: the anchor of the gate is this version from now on, and looks are counted anew. */
  | { readonly kind: 'made reference'; readonly version: number }
  /** A person's word for a rollout, in a role that the version's plan asks for; it counts until `expires` (ISO time, UTC). */
  | {
      readonly kind: 'approved';
      readonly version: number;
      readonly role: string;
      /** The version's when it was approved: `objects/<sha256>` of the `ModelPackage`. */
      readonly package: string;
      readonly expires: string;
    }
  /** A person's word: no candidate is rolled out until the pipeline is resumed. */
  | { readonly kind: 'paused' }
  | { readonly kind: 'resumed' };

/** One commit of the registry, at `models/<pipeline>/ledger/<n>.json`, create-only. */
export interface LedgerEntry {
  readonly n: number;
  readonly event: LedgerEvent;
  /** ISO time, UTC. */
  readonly at: string;
  readonly who: string;
  readonly why: string;
  /** SHA-256 of the canonical JSON of entry n - 1; null for the first. */
  readonly previous: string | null;
  /** After this entry. */
  readonly aliases: Aliases;
  /** After this entry: the version that is to answer, or null, and who shares the requests; a change gets a new epoch. */
  readonly routing: {
    readonly epoch: number;
    readonly version: number | null;
    readonly traffic?: Traffic<number>;
  };
}
