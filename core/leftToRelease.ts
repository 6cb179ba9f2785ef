import type { LedgerEntry, VersionRecord } from './ledger.ts';
import type { Pause } from './releaseMessages.ts';

/** What a ledger leaves to its release: nothing that is decided is in it. */
export interface LeftToRelease {
  readonly paused: Pause | null;
  /** The newest version that passed the gate and that nobody has decided on; a copy from another store is for a person to promote. */
  readonly candidate: VersionRecord | null;
}

/** A release that knows nothing, such as one whose Temporal database is lost, goes on with this. */
export function leftToRelease(ledger: readonly LedgerEntry[]): LeftToRelease {
  const word = ledger.findLast(({ event }) => event.kind === 'paused' || event.kind === 'resumed');
  const paused = word?.event.kind === 'paused' ? { who: word.who, why: word.why, at: word.at } : null;
  const challenger = ledger.at(-1)?.aliases.challenger;
  const records = ledger.flatMap(({ event }) => (event.kind === 'registered' ? [event.record] : []));
  const record = records.find(({ version }) => version === challenger);
  const isCandidate = record?.verdict.passed === true && record.origin === undefined;
  return { paused, candidate: isCandidate ? record : null };
}
