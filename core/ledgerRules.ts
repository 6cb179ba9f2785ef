import { WhetError } from './errors.ts';
import type { Aliases, LedgerEntry, LedgerEvent, RefreshedFrom, VersionRecord } from './ledger.ts';
import { withoutVariants } from './rolloutTraffic.ts';
import { weightsVersion } from './weightsVersion.ts';

/** An entry with the SHA-256 of its canonical JSON. */
export interface DigestedEntry {
  readonly entry: LedgerEntry;
  readonly digest: string;
}

/** Who writes an entry, why, and when (ISO time, UTC). */
export interface Authorship {
  readonly who: string;
  readonly why: string;
  readonly at: string;
}

/**
 * The entry that follows `previous` (undefined: the first) for an event, with all aliases and the routing after it.
 * `rolled back` names the version that answers again.
 */
export function nextEntry(
  previous: DigestedEntry | undefined,
  event: LedgerEvent,
  who: string,
  why: string,
  at: string,
): LedgerEntry {
  const before = previous?.entry;
  return {
    n: (before?.n ?? 0) + 1,
    event,
    at,
    who,
    why,
    previous: previous?.digest ?? null,
    aliases: aliasesAfter(before?.aliases ?? {}, event),
    routing: routingAfter(before?.routing ?? { epoch: 0, version: null }, event),
  };
}

/** Whether a version may become champion. `forced` is a person's decision: then only an unknown version may not. */
export function mayPromote(
  versions: readonly VersionRecord[],
  aliases: Aliases,
  version: number,
  { forced = false }: { readonly forced?: boolean } = {},
): { readonly ok: true } | { readonly ok: false; readonly reason: string } {
  const candidate = versions.find((record) => record.version === version);
  if (candidate === undefined) return { ok: false, reason: `version ${version} is not registered` };
  if (forced) return { ok: true };
  const champion = versions.find((record) => record.version === aliases.champion);
  const { refresh } = candidate;
  const reason =
    refresh === undefined
      ? reasonAgainst(candidate, champion, versions)
      : reasonAgainstRefresh(candidate, refresh, champion);
  return reason === undefined ? { ok: true } : { ok: false, reason };
}

/** Holds a pipeline's entries, or those after `last`, to their chain. Throws `ledger.broken`, naming the first that does not fit. */
export function verifyChain(entries: readonly DigestedEntry[], last?: DigestedEntry): void {
  let before = last;
  for (const held of entries) {
    verifyLink(before, held.entry);
    before = held;
  }
}

/** Holds one entry to the one before it. Throws `ledger.broken`, naming it. */
export function verifyLink(before: DigestedEntry | undefined, entry: LedgerEntry): void {
  const n = (before?.entry.n ?? 0) + 1;
  if (entry.n !== n) throw broken(n, `the number ${n}`, `${entry.n}`);
  const previous = before?.digest ?? null;
  if (entry.previous !== previous) throw broken(n, `previous: ${previous}`, `${entry.previous}`);
}

/** The error for an entry that does not fit where it lies. */
export function broken(n: number, expected: string, came: string): WhetError {
  return new WhetError('ledger.broken', { expected: `${expected} in entry ${n} of the ledger`, came });
}

/**
 * The first promotion also sets the reference, the anchor of the gate; from then on a person alone moves it. A refresh
 * challenges nobody: a candidate that waits stays the challenger.
 */
function aliasesAfter(before: Aliases, event: LedgerEvent): Aliases {
  switch (event.kind) {
    case 'registered':
      return event.record.refresh === undefined ? { ...before, challenger: event.record.version } : before;
    case 'promoted':
      return { reference: event.version, ...withoutChallenger(before, event.version), champion: event.version };
    case 'rolled back':
      return { ...before, champion: event.version };
    case 'made reference':
      return { ...before, reference: event.version };
    case 'traffic changed':
    case 'traffic set':
    case 'approved':
    case 'paused':
    case 'resumed':
      return before;
    case 'rejected':
    case 'rollout failed':
    case 'rollout inconclusive':
      return withoutChallenger(before, event.version);
  }
}

/** A newer challenger stays. */
function withoutChallenger(before: Aliases, version: number): Aliases {
  const { challenger, ...others } = before;
  return challenger === undefined || challenger === version ? others : before;
}

/** A version that comes or goes takes the variants of its rollout along; those that a person set stay. */
function routingAfter(before: LedgerEntry['routing'], event: LedgerEvent): LedgerEntry['routing'] {
  const settled = withoutVariants(before.traffic);
  switch (event.kind) {
    case 'promoted':
      return nextRouting(before, event.version, event.traffic ?? settled);
    case 'rolled back':
      return nextRouting(before, event.version, settled);
    case 'traffic changed':
    case 'traffic set':
      return nextRouting(before, before.version, event.traffic ?? undefined);
    case 'rollout failed':
    case 'rollout inconclusive':
      return settled === before.traffic ? before : nextRouting(before, before.version, settled);
    default:
      return before;
  }
}

function nextRouting(
  { epoch }: LedgerEntry['routing'],
  version: number | null,
  traffic: LedgerEntry['routing']['traffic'],
): LedgerEntry['routing'] {
  return { epoch: epoch + 1, version, ...(traffic === undefined ? {} : { traffic }) };
}

/**
 * Hours compare as text. A candidate of the same hour is not older: another plan may have made it. Of a refreshed
 * champion the hour of its weights counts, or no run that takes longer than a refresh would ever be promoted.
 */
function reasonAgainst(
  candidate: VersionRecord,
  champion: VersionRecord | undefined,
  versions: readonly VersionRecord[],
): string | undefined {
  if (!candidate.verdict.passed) return `version ${candidate.version} did not pass the gate`;
  if (champion === undefined) return undefined;
  if (candidate.version === champion.version) return `version ${candidate.version} is the champion already`;
  const trained = versions.find(({ version }) => version === weightsVersion(champion)) ?? champion;
  if (candidate.asOf >= trained.asOf) return undefined;
  return `version ${candidate.version} is as of ${candidate.asOf}, older than the champion's ${trained.asOf}`;
}

/** Its weights passed the gate, or a person let them; it takes the place of the very version that it refreshes. */
function reasonAgainstRefresh(
  { version, asOf }: VersionRecord,
  { of }: RefreshedFrom,
  champion: VersionRecord | undefined,
): string | undefined {
  if (version === champion?.version) return `version ${version} is the champion already`;
  if (of !== champion?.version)
    return `version ${of}, which version ${version} refreshes, is not the champion any more`;
  return asOf < champion.asOf ? `version ${version} has tables of ${asOf}, older than the champion's` : undefined;
}
