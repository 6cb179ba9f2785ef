import { heartbeat, sleep } from '@temporalio/activity';
import type { LedgerEntry } from '../core/ledger.ts';
import type { RolloutRequest } from '../core/releaseMessages.ts';
import { application, preparation, type RolloutStanding } from '../core/rolloutRules.ts';
import type { RoutedVersion, Routing, ServingLease } from '../core/routing.ts';
import { appendLedger, headOf } from '../registry/ledger.ts';
import { findVersion } from '../registry/versions.ts';
import { readJson } from '../storage/objects.ts';
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
      const newcomer = await routed(ports, pipeline, version);
      await changeRouting(ports, pipeline, (routing) => ({ ...routing, prepare: newcomer }));
    },
    /** Waits until every live serving process has prepared the version, or one refuses it, or patience ends. */
    awaitPrepared: ({ pipeline, version }: { pipeline: string; version: number }): Promise<RolloutStanding> =>
      awaitStanding(ports, pipeline, (leases, nowMs) => preparation(leases, version, nowMs)),

    /** Takes a preparation back. A version that the ledger has put in charge by then has not failed. */
    async abandon({ pipeline, version, who, why, at }: Abandonment): Promise<void> {
      await changeRouting(ports, pipeline, (routing) =>
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
      const champion = await routed(ports, pipeline, version);
      await changeRouting(ports, pipeline, (routing) => followed(routing, entry, champion));
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

function followed(routing: Routing, entry: LedgerEntry, champion: RoutedVersion): Routing {
  if (routing.epoch >= entry.routing.epoch) return routing;
  return { ...routing, ledger: entry.n, epoch: entry.routing.epoch, champion, prepare: null };
}

async function routed(ports: Ports, pipeline: string, version: number): Promise<RoutedVersion> {
  const record = await findVersion(ports.store, pipeline, version);
  return { version, package: record.package, digest: record.digest };
}

/** One document, swapped whole: whoever comes second reads again. */
async function changeRouting(ports: Ports, pipeline: string, change: (routing: Routing) => Routing): Promise<void> {
  const key = `serving/${pipeline}/routing.json`;
  for (;;) {
    const held = await ports.store.read(key);
    const before: Routing = held === undefined ? unrouted(pipeline) : JSON.parse(Buffer.from(held.bytes).toString());
    const after = Buffer.from(JSON.stringify(change(before)));
    if ((await ports.store.swap(key, after, held?.etag ?? null)) !== undefined) return;
    await sleep(pollMs);
  }
}

function unrouted(pipeline: string): Routing {
  return { pipeline, ledger: 0, epoch: 0, champion: null, prepare: null };
}

async function awaitStanding(
  ports: Ports,
  pipeline: string,
  judge: (leases: readonly ServingLease[], nowMs: number) => RolloutStanding,
): Promise<RolloutStanding> {
  const until = ports.clock() + patienceMs;
  for (;;) {
    const standing = judge(await leasesOf(ports, pipeline), ports.clock());
    heartbeat(standing);
    const isSettled = standing.awaited.length === 0 || Object.keys(standing.refused).length > 0;
    if (isSettled || ports.clock() >= until) return standing;
    await sleep(pollMs);
  }
}

async function leasesOf(ports: Ports, pipeline: string): Promise<ServingLease[]> {
  const keys = await ports.store.list(`serving/${pipeline}/workers/`);
  const leases = await Promise.all(keys.map((key) => readJson<ServingLease>(ports.store, key)));
  return leases.filter((lease) => lease !== undefined);
}
