import type { VersionRecord } from './ledger.ts';

/** What a run hands in: everything of a version but its number. */
export type ReleaseCandidate = Omit<VersionRecord, 'version'>;

export interface SubmitInput {
  readonly pipeline: string;
  readonly candidate: ReleaseCandidate;
}

/** A person's word on a version: `{ "version": 3, "who": "ana", "why": "looks right" }`. */
export interface PersonInput {
  readonly version?: number;
  readonly who?: string;
  readonly why?: string;
}

/** A change of who answers that waits for its rollout. */
export interface RolloutRequest {
  readonly pipeline: string;
  readonly version: number;
  readonly event: 'promoted' | 'rolled back';
  readonly who: string;
  readonly why: string;
}

export interface RolloutResult {
  readonly outcome: 'live' | 'failed';
  /** One sentence. */
  readonly why: string;
}
