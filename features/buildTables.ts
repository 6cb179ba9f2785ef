import { columnsRead } from '../core/columnsRead.ts';
import type { TableReference } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import type { RecentPlan } from '../core/recentKey.ts';
import type { PartitionVersion, Snapshot } from '../core/snapshot.ts';
import type { Hour } from '../core/time.ts';
import { longestLookbackMs } from '../core/window.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import { digestOfValue } from '../storage/digest.ts';
import { createJson, putObjectJson } from '../storage/objects.ts';
import { countSettledLabels } from './countSettledLabels.ts';
import { contractColumn } from './featureColumns.ts';
import { partsByHour } from './partsByHour.ts';
import { recentCount } from './recentCount.ts';
import { recentFeatures, tabledFeatures } from './recentFeatures.ts';
import { recentRate } from './recentRate.ts';
import { stageKey, stageRecord } from './stageRecord.ts';

/**
 * The table of each hour H: what `recentRate` and `recentCount` features may know at H. Per key, the labels that settled in
 * [H - over, H); a row of H or later never counts, nor does one whose label took longer than `settlesWithin`. Features
 * with a compound key are not in it: see `countReadKeys`.
 * Tables that are there are reused; all others are counted in one pass. Throws `snapshot.missing-hour`.
 */
export function buildTables(
  ports: DataPorts,
  plan: Plan,
  snapshot: Snapshot,
  hours: readonly Hour[],
): Promise<Map<Hour, TableReference>> {
  return tablesOf(ports, plan, tabledFeatures(plan), snapshot, hours);
}

/** The table of one hour with every feature in it, whole: what a model package carries. Throws `snapshot.missing-hour`. */
export async function buildWholeTable(
  ports: DataPorts,
  plan: Plan,
  snapshot: Snapshot,
  hour: Hour,
): Promise<TableReference> {
  const table = (await tablesOf(ports, plan, recentFeatures(plan), snapshot, [hour])).get(hour);
  if (table === undefined) throw new TypeError(`Expected a table of ${hour}.`);
  return table;
}

async function tablesOf(
  ports: DataPorts,
  plan: Plan,
  features: readonly RecentPlan[],
  snapshot: Snapshot,
  hours: readonly Hour[],
): Promise<Map<Hour, TableReference>> {
  const tables = wantedTables(plan, features, snapshot, hours);
  const records = await concurrently(tables, storeHands, ({ key }) =>
    stageRecord<TableRecord>(ports.store, `table-${key}`),
  );
  const missing = tables.filter((_, at) => records[at] === undefined);
  const made = await makeTables(ports, plan, features, missing);
  const references = tables.map(({ hour, key }, at): [Hour, TableReference] => {
    const object = records[at]?.object ?? made.get(key);
    if (object === undefined) throw new TypeError(`Expected a table of ${hour}.`);
    return [hour, { hour, key, object }];
  });
  return new Map(references);
}

interface TableRecord {
  readonly object: string;
}

interface WantedTable {
  readonly hour: Hour;
  readonly key: string;
  readonly lookback: readonly PartitionVersion[];
}

/** The keys of the tables of some hours and of the whole one of `asOf`, under which their records lie. Throws as `buildTables`. */
export function tableKeys(plan: Plan, snapshot: Snapshot, hours: readonly Hour[], asOf: Hour): string[] {
  const whole = wantedTables(plan, recentFeatures(plan), snapshot, [asOf]);
  return [...wantedTables(plan, tabledFeatures(plan), snapshot, hours), ...whole].map(({ key }) => key);
}

function wantedTables(
  plan: Plan,
  features: readonly RecentPlan[],
  snapshot: Snapshot,
  hours: readonly Hour[],
): WantedTable[] {
  const parts = partsByHour(snapshot);
  const section = tableSection(plan, features);
  return [...new Set(hours)].map((hour) => {
    const lookback = parts.before(hour, longestLookbackMs(plan));
    const content = lookback.map((part) => [part.hour, part.content]);
    return { hour, lookback, key: digestOfValue({ section, lookback: content }) };
  });
}

/** All that the numbers of a table of these features depend on, beside its rows. */
export function tableSection(plan: Plan, features: readonly RecentPlan[]): unknown {
  const types = features.flatMap((feature) =>
    columnsRead(feature).map((column) => contractColumn(plan, column, `features.${feature.name}`).type),
  );
  const { from, settlesAfter, settlesWithinMs } = plan.label;
  const label = { from, settlesAfter, settlesWithinMs };
  const counts = features.some(({ kind }) => kind === 'recentCount') ? { count: recentCount.version } : {};
  return { kind: recentRate.version, ...counts, features, types, label, eventTime: plan.contract.eventTime };
}

/** The objects of the missing tables by key. The record is written last: it says that the object is there. */
async function makeTables(
  ports: DataPorts,
  plan: Plan,
  features: readonly RecentPlan[],
  missing: readonly WantedTable[],
): Promise<Map<string, string>> {
  const parts = new Map(missing.flatMap((table) => table.lookback.map((part) => [part.hour, part])));
  const hours = missing.map((table) => table.hour);
  const counted = await countSettledLabels(ports, plan, features, inOrder([...parts.values()]), hours);
  const objects = await concurrently(missing, storeHands, async ({ hour, key }): Promise<[string, string]> => {
    const object = await putObjectJson(ports.store, counted.get(hour) ?? {});
    await createJson(ports.store, stageKey(`table-${key}`), { object });
    return [key, object];
  });
  return new Map(objects);
}

function inOrder(parts: readonly PartitionVersion[]): PartitionVersion[] {
  return parts.toSorted((a, b) => (a.hour < b.hour ? -1 : 1));
}
