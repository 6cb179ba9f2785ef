import { leaseMs, type ServingLease } from './routing.ts';

/** Where a rollout stands among the serving processes that live. */
export interface RolloutStanding {
  /** Ids of live processes that are done, that refuse with their reason, and that are awaited. */
  readonly done: readonly string[];
  readonly refused: Readonly<Record<string, string>>;
  readonly awaited: readonly string[];
}

/**
 * A standing with the processes that it was taken without: those awaited still, and those that lived while it was waited
 * for and say nothing more. One that ended as it should has taken its lease away.
 */
export function withSilent(
  standing: RolloutStanding,
  met: ReadonlySet<string>,
  leases: readonly ServingLease[],
  nowMs: number,
): RolloutStanding {
  const live = liveLeases(leases, nowMs);
  const silent = leases.filter((lease) => met.has(lease.id) && !live.includes(lease)).map(({ id }) => id);
  return { ...standing, awaited: [...standing.awaited, ...silent] };
}

export function liveLeases(leases: readonly ServingLease[], nowMs: number): ServingLease[] {
  return leases.filter((lease) => nowMs - lease.at <= leaseMs);
}

/** Who has the version loaded, warmed and equal on its golden rows. */
export function preparation(leases: readonly ServingLease[], version: number, nowMs: number): RolloutStanding {
  return standing(liveLeases(leases, nowMs), (lease) => lease.prepared.includes(version), version);
}

/** Who answers by the epoch, or a later one, and has loaded the version that scores beside the champion; null: none does. */
export function application(
  leases: readonly ServingLease[],
  epoch: number,
  beside: number | null,
  nowMs: number,
): RolloutStanding {
  const isLoaded = (lease: ServingLease): boolean => beside === null || lease.prepared.includes(beside);
  return standing(liveLeases(leases, nowMs), (lease) => lease.epoch >= epoch && isLoaded(lease), beside);
}

function standing(
  live: readonly ServingLease[],
  isDone: (lease: ServingLease) => boolean,
  version: number | null,
): RolloutStanding {
  const done = live.filter(isDone).map(({ id }) => id);
  const reasonOf = (lease: ServingLease) => (version === null ? undefined : lease.refused[String(version)]);
  const refusing = live.filter((lease) => !isDone(lease) && reasonOf(lease) !== undefined);
  const refused = Object.fromEntries(refusing.map((lease) => [lease.id, reasonOf(lease) ?? '']));
  const awaited = live.filter((lease) => !isDone(lease) && reasonOf(lease) === undefined).map(({ id }) => id);
  return { done, refused, awaited };
}
