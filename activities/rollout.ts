import { heartbeat, sleep } from '@temporalio/activity';
import type { LedgerEntry } from '../core/ledger.ts';
import type { RolloutRequest } from '../core/releaseMessages.ts';
import { application, preparation, type RolloutStanding } from '../core/rolloutRules.ts';
import type { ServingLease } from '../core/routing.ts';
import { appendLedger, headOf } from '../registry/ledger.ts';
import { changeRouting, followLedger, routedVersion } from '../registry/routingCopy.ts';
import { servingLeases } from '../registry/servingLeases.ts';
import { appendOnce } from './appendOnce.ts';
import type { Ports } from './ports.ts';

/** How long a rollout waits for a live serving process that says neither yes nor no, before it goes on without it. */
const patienceMs = 60_000;
const pollMs = 100;

/** A rollout that came to nothing; `at` is when that was decided. */
export interface Abandonment extends Omit<RolloutRequest, 'event'> {
  readonly at: string;
}

/** Stage 9: routing, epoch by epoch. Serving processes read it from the store and answer in their leases. */
export function createRolloutActivities(ports: Ports) {
  return {
    async prepare({ pipeline, version }: { pipeline: string; version: number }): Promise<void> {
      const newcomer = await routedVersion(ports.store, pipeline, version);
      await changeRouting(ports.store, pipeline, (routing) => ({ ...routing, prepare: newcomer }));
    },
    /** Waits until every live serving process has prepared the version, or one refuses it, or patience ends. */
    awaitPrepared: ({ pipeline, version }: { pipeline: string; version: number }): Promise<RolloutStanding> =>
      awaitStanding(ports, pipeline, (leases, nowMs) => preparation(leases, version, nowMs)),

    /** Takes a preparation back. A version that the ledger has put in charge by then has not failed. */
    async abandon({ pipeline, version, who, why, at }: Abandonment): Promise<void> {
      await changeRouting(ports.store, pipeline, (routing) =>
        routing.prepare?.version === version ? { ...routing, prepare: null } : routing,
      );
      if ((await headOf(ports.store, pipeline))?.routing.version === version) return;
      await appendOnce(ports.store, pipeline, { kind: 'rollout failed', version }, { who, why, at });
    },
    /** The ledger's entry first, for it is the truth; then the routing that follows it. */
    async commit({ pipeline, version, event, who, why }: RolloutRequest): Promise<{ epoch: number }> {
      const entry = await entryFor(ports, pipeline, version, () =>
        appendLedger(
          ports.store,
          pipeline,
          { kind: event, version },
          { who, why, at: new Date(ports.clock()).toISOString() },
        ),
      );
      await followLedger(ports.store, pipeline, entry);
      return { epoch: entry.routing.epoch };
    },
    awaitApplied: ({ pipeline, epoch }: { pipeline: string; epoch: number }): Promise<RolloutStanding> =>
      awaitStanding(ports, pipeline, (leases, nowMs) => application(leases, epoch, nowMs)),
  };
}

/** A repeated commit finds its entry at the head of the ledger. */
async function entryFor(
  ports: Ports,
  pipeline: string,
  version: number,
  append: () => Promise<LedgerEntry>,
): Promise<LedgerEntry> {
  const head = await headOf(ports.store, pipeline);
  return head?.routing.version === version ? head : append();
}

async function awaitStanding(
  ports: Ports,
  pipeline: string,
  judge: (leases: readonly ServingLease[], nowMs: number) => RolloutStanding,
): Promise<RolloutStanding> {
  const until = ports.clock() + patienceMs;
  for (;;) {
    const standing = judge(await servingLeases(ports.store, pipeline), ports.clock());
    heartbeat(standing);
    const isSettled = standing.awaited.length === 0 || Object.keys(standing.refused).length > 0;
    if (isSettled || ports.clock() >= until) return standing;
    await sleep(pollMs);
  }
}
