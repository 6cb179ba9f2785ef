import { type ApprovalStanding, approvalStanding } from '../core/approvals.ts';
import type { LedgerEntry, VersionRecord } from '../core/ledger.ts';
import { eventText } from '../core/ledgerText.ts';
import { leftToRelease } from '../core/leftToRelease.ts';
import type { Pause } from '../core/releaseMessages.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { approvalCase } from './approvalCase.ts';
import { readLedger } from './ledger.ts';

/** Where the release of a pipeline stands, by its ledger alone. */
export interface ReleaseStanding {
  readonly pipeline: string;
  /** Who answers, and how requests are shared. */
  readonly routing: LedgerEntry['routing'] | null;
  readonly paused: Pause | null;
  /** The version that nobody has decided on. */
  readonly candidate: CandidateStanding | null;
  /** The newest entry. */
  readonly last: {
    readonly n: number;
    readonly at: string;
    readonly event: string;
    readonly who: string;
    readonly why: string;
  } | null;
}

export interface CandidateStanding extends Pick<VersionRecord, 'version' | 'asOf' | 'digest'> {
  readonly approvals: ApprovalStanding;
}

/** Throws as `readLedger`, and `storage.missing` where the candidate's plan is gone. */
export async function releaseStanding(store: ObjectStore, pipeline: string, nowMs: number): Promise<ReleaseStanding> {
  const ledger = await readLedger(store, pipeline);
  const { paused, candidate: record } = leftToRelease(ledger);
  const newest = ledger.at(-1);
  return {
    pipeline,
    routing: newest?.routing ?? null,
    paused,
    candidate: record === null ? null : await standingOf(store, pipeline, record, ledger, nowMs),
    last: newest === undefined ? null : toldEntry(newest),
  };
}

async function standingOf(
  store: ObjectStore,
  pipeline: string,
  { version, asOf, digest }: VersionRecord,
  ledger: readonly LedgerEntry[],
  nowMs: number,
): Promise<CandidateStanding> {
  const held = await approvalCase(store, pipeline, version, ledger);
  return { version, asOf, digest, approvals: approvalStanding(held, nowMs) };
}

function toldEntry({ n, at, event, who, why }: LedgerEntry): ReleaseStanding['last'] {
  return { n, at, event: eventText(event), who, why };
}
