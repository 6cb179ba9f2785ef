import type { LedgerEntry } from '../core/ledger.ts';
import type { Plan } from '../core/plan.ts';
import { keptVersions, type Perishable, type Retention, youngEnough } from '../core/retention.ts';
import type { RunRecord } from '../core/run.ts';
import type { Snapshot, SnapshotManifest } from '../core/snapshot.ts';
import { hourStart } from '../core/time.ts';
import { runWindow } from '../core/window.ts';
import { openManifest } from '../datasets/snapshots/snapshotManifest.ts';
import { tableKeys } from '../features/buildTables.ts';
import { alertStanding } from '../registry/alertLog.ts';
import { readLedger } from '../registry/ledger.ts';
import type { ObjectStore, StoredEntry } from '../storage/objectStore.ts';
import { objectKey } from '../storage/objects.ts';
import { pipelinesIn } from './checkLedgers.ts';
import { alertLogs } from './cutAlerts.ts';
import { idsIn } from './references.ts';
import { kindOf, type StoredKind } from './storedKind.ts';
import type { StoreGraph } from './storeGraph.ts';

/**
 * What is kept for its own sake: what a person or the ledger names, what the last runs of each pipeline read and made,
 * what nobody knows the kind of, and what is young. All that these name is kept with them.
 */
export async function rootsOf(
  store: ObjectStore,
  graph: StoreGraph,
  retention: Retention,
  nowMs: number,
): Promise<Set<string>> {
  const byKind = Map.groupBy(graph.entries.values(), ({ key }) => kindOf(key));
  const always = [...byKind].flatMap(([kind, held]) => (kind in perishes ? [] : held));
  const young = [...byKind].flatMap(([kind, held]) => youngOf(kind, held, retention, nowMs));
  const runs = await runsOf(graph, byKind.get('run') ?? []);
  const [kept, packages] = [
    [...(await keptByRuns(store, graph, runs, retention)), ...keptScores(graph, runs, retention, nowMs)],
    await keptPackages(store, graph, retention, nowMs),
  ];
  const alerts = await keptAlerts(store, byKind.get('alert entry') ?? []);
  return new Set([...[...always, ...young].map(({ key }) => key), ...kept, ...packages, ...alerts]);
}

/** What perishes; a kind that is not here is kept for ever. */
const perishes: Readonly<Partial<Record<StoredKind, Perishable | 'unneeded'>>> = {
  run: 'runs',
  scoring: 'runs',
  decision: 'runs',
  snapshot: 'snapshots',
  partition: 'partitions',
  'source index': 'sources',
  hint: 'partitions',
  stage: 'stages',
  sketch: 'stages',
  work: 'stages',
  trial: 'trials',
  checkpoint: 'checkpoints',
  predictions: 'predictions',
  traffic: 'traffic',
  look: 'predictions',
  backtest: 'backtests',
  'alert entry': 'unneeded',
  plan: 'unneeded',
  object: 'unneeded',
};

function youngOf(kind: StoredKind, held: readonly StoredEntry[], retention: Retention, nowMs: number): StoredEntry[] {
  const perishable = perishes[kind];
  if (perishable === undefined || perishable === 'unneeded') return [];
  return youngEnough(held, perishable, retention, nowMs);
}

interface HeldRun {
  readonly key: string;
  readonly record: RunRecord;
}

async function runsOf(graph: StoreGraph, entries: readonly StoredEntry[]): Promise<HeldRun[]> {
  return Promise.all(entries.map(async ({ key }) => ({ key, record: (await graph.documentOf(key)) as RunRecord })));
}

/** The newest runs of each pipeline that came to an end, with all that they name and the tables that the next will want. */
async function keptByRuns(
  store: ObjectStore,
  graph: StoreGraph,
  runs: readonly HeldRun[],
  { newestRuns }: Retention,
): Promise<string[]> {
  const judged = runs.filter(({ record }) => record.status === 'judged');
  const newest = [...Map.groupBy(judged, ({ record }) => record.pipeline).values()].flatMap((own) =>
    own.toSorted((a, b) => b.record.endedAt.localeCompare(a.record.endedAt)).slice(0, newestRuns),
  );
  const kept = await Promise.all(
    newest.map(async ({ key, record }) => {
      const ids = [...idsIn(record), ...(await tablesOf(store, graph, record))];
      return [key, ...ids.flatMap(graph.keysOf)];
    }),
  );
  return kept.flat();
}

/** The test scores of the runs of late. */
function keptScores(graph: StoreGraph, runs: readonly HeldRun[], { keepMs }: Retention, nowMs: number): string[] {
  const late = runs.filter(
    ({ record }) => keepMs.testScores === null || nowMs - Date.parse(record.endedAt) < keepMs.testScores,
  );
  return late.flatMap(({ record }) => graph.keysOf(record.scorecard?.testScores ?? ''));
}

/** The next run asks for the table of each hour of its window; no document names them. */
async function tablesOf(
  store: ObjectStore,
  graph: StoreGraph,
  { plan: planId, snapshot: frozen, asOf }: RunRecord,
): Promise<string[]> {
  const plan = (await graph.documentOf(`plans/${planId}.json`)) as Plan | undefined;
  const manifest = (await graph.documentOf(`snapshots/${frozen?.id}.json`)) as SnapshotManifest | Snapshot | undefined;
  if (plan === undefined || manifest === undefined) return [];
  const snapshot = await openManifest(store, manifest);
  const { train, validate, test } = runWindow(plan, hourStart(asOf));
  return tableKeys(plan, snapshot, [...train, ...validate, ...test, asOf], asOf);
}

/** From where each log says that it begins. */
async function keptAlerts(store: ObjectStore, entries: readonly StoredEntry[]): Promise<string[]> {
  const kept = [...alertLogs(entries)].map(async ([pipeline, log]) => {
    const { start } = await alertStanding(store, pipeline);
    return log.filter(({ n }) => n >= (start?.begins ?? 1)).map(({ key }) => key);
  });
  return (await Promise.all(kept)).flat();
}

async function keptPackages(
  store: ObjectStore,
  graph: StoreGraph,
  retention: Retention,
  nowMs: number,
): Promise<string[]> {
  const ledgers = await Promise.all(
    pipelinesIn([...graph.entries.values()]).map((pipeline) => readLedger(store, pipeline)),
  );
  return ledgers.flatMap((ledger) => packagesOf(ledger, keptVersions(ledger, retention, nowMs)));
}

function packagesOf(ledger: readonly LedgerEntry[], kept: ReadonlySet<number>): string[] {
  return ledger.flatMap(({ event }) =>
    event.kind === 'registered' && kept.has(event.record.version) ? [objectKey(event.record.package)] : [],
  );
}
