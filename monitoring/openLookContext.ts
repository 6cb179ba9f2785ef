import type { LabelJoin } from '../core/labelJoin.ts';
import type { LedgerEntry } from '../core/ledger.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import { liveLeases } from '../core/rolloutRules.ts';
import type { Scorecard } from '../core/scorecard.ts';
import { hourMs, hourStart } from '../core/time.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { readLedger } from '../registry/ledger.ts';
import { looksBetween } from '../registry/looks.ts';
import { servingLeases } from '../registry/servingLeases.ts';
import { versionOf } from '../registry/versions.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObjectJson } from '../storage/objects.ts';
import { joinedRows } from './joinedRows.ts';
import type { LookContext, WatchedVersion } from './lookContext.ts';

export interface LookTimes {
  readonly atMs: number;
  readonly sourceNowMs: number;
  readonly sourceNewestMs: number | null;
}

/** What a look at a live pipeline sees. Throws as `readLedger`, and `storage.missing` where a version's package is gone. */
export async function openLookContext(
  ports: DataPorts,
  plan: Plan,
  times: LookTimes,
  hours: LabelJoin['hours'],
): Promise<LookContext> {
  const { store } = ports;
  const { pipeline } = plan;
  const ledger = await readLedger(store, pipeline);
  const head = ledger.at(-1);
  const watched = (version: number | null | undefined) => watchedVersion(store, pipeline, version ?? null, ledger);
  return {
    ...{ ports, plan, ...times },
    routing: head?.routing ?? null,
    champion: await watched(head?.routing.version),
    reference: await watched(head?.aliases.reference),
    leases: liveLeases(await servingLeases(store, pipeline), times.atMs),
    rows: (fromMs, toMs) => answeredRows(store, hours, fromMs, toMs),
    earlier: (fromMs, toMs) => looksBetween(store, pipeline, fromMs, toMs),
  };
}

/** A version as monitors see it; null where there is none. */
export async function watchedVersion(
  store: ObjectStore,
  pipeline: string,
  version: number | null,
  ledger: readonly LedgerEntry[],
): Promise<WatchedVersion | null> {
  if (version === null) return null;
  const record = versionOf(pipeline, version, ledger);
  return {
    record,
    package: await getObjectJson<ModelPackage>(store, record.package),
    scorecard: await getObjectJson<Scorecard>(store, record.scorecard),
  };
}

/** Only hours in which some of them may lie are read. */
async function answeredRows(
  store: ObjectStore,
  hours: LabelJoin['hours'],
  fromMs: number,
  toMs: number,
): Promise<string | undefined> {
  const within = Object.entries(hours).filter(([hour]) => hourStart(hour) < toMs && hourStart(hour) + hourMs > fromMs);
  const parts = await Promise.all(within.sort().map(([, hour]) => joinedRows({ store }, hour)));
  const there = parts.filter((part) => part !== undefined);
  if (there.length === 0) return undefined;
  return `SELECT * FROM (${there.join(' UNION ALL BY NAME ')}) WHERE "answeredAt" >= ${fromMs} AND "answeredAt" < ${toMs}`;
}
