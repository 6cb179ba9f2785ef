import type { ContractPlan } from '../../core/contractPlan.ts';
import { type ColumnSummary, columnSummary } from '../../core/sketches/columnSummary.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { reasonsOf } from '../../core/snapshotDiff.ts';
import type { SnapshotLogEntry } from '../../core/snapshotLog.ts';
import { contractOfSnapshot, findSnapshot } from '../../datasets/snapshots/findSnapshot.ts';
import { loggedSnapshot } from '../../datasets/snapshots/snapshotLog.ts';
import { snapshotPin } from '../../datasets/snapshots/snapshotPins.ts';
import { hasSketches, snapshotSketches } from '../../datasets/snapshots/snapshotSketches.ts';
import { type TrainedVersion, versionsOfSnapshot } from '../../registry/versionsOfSnapshot.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, printTable } from '../output.ts';

/** Shows a snapshot and its lineage both ways. Throws `snapshot.unknown`. */
export async function snapshotShow(name: string, { json }: JsonOption): Promise<void> {
  const { store } = openWorkplace();
  const snapshot = await findSnapshot(store, name);
  const [entry, contract, pin, versions] = await Promise.all([
    loggedSnapshot(store, snapshot.contract, snapshot.id),
    contractOfSnapshot(store, snapshot),
    snapshotPin(store, snapshot.id),
    versionsOfSnapshot(store, snapshot),
  ]);
  const columns = await summaries(store, snapshot);
  if (json) return printJson({ ...snapshot, entry, plan: contract, pin: pin ?? null, versions, columns });
  showHead(snapshot, entry);
  if (pin !== undefined) print(`pinned by ${pin.by} since ${pin.at}: ${pin.why}`);
  if (contract !== undefined) showColumns(contract, columns);
  showQuarantine(snapshot);
  showMended(snapshot);
  showSources(snapshot);
  showVersions(versions);
}

function showHead({ id, contract, origin, parts }: Snapshot, entry: SnapshotLogEntry | undefined): void {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const bad = parts.reduce((sum, part) => sum + part.quarantined, 0);
  const by = entry?.run === null || entry === undefined ? '' : `, frozen by ${entry.run} at ${entry.at}`;
  print(`${id}`);
  print(`contract ${contract} ${origin?.contractVersion ?? ''}, number ${entry?.n ?? 'none'} of its log${by}`);
  print(`${parts.length} hours from ${parts[0]?.hour} to ${parts.at(-1)?.hour}: ${rows} rows, ${bad} in quarantine`);
}

type Summaries = Readonly<Record<string, ColumnSummary>>;

/** By column; none where the snapshot was frozen without sketches. */
async function summaries(store: ObjectStore, snapshot: Snapshot): Promise<Summaries> {
  if (!hasSketches(snapshot)) return {};
  const { columns } = await snapshotSketches(store, snapshot);
  return Object.fromEntries(Object.entries(columns).map(([name, sketch]) => [name, columnSummary(sketch)]));
}

function showColumns({ columns, key }: ContractPlan, found: Summaries): void {
  print('\ncolumns:');
  const cells = columns.map(({ name, type, nullable }) => {
    const { nulls, distinct, min, median, mean, max, top } = found[name] ?? { nulls: 0 };
    const shown = (value: number | undefined): string =>
      value === undefined ? '' : type === 'date' ? new Date(value).toISOString().slice(0, 16) : text(value);
    const values = distinct === undefined ? '' : `${distinct.isExact ? '' : 'about '}${distinct.values}`;
    const most = (top ?? []).map(([value, rows]) => `${value} (${rows})`).join(', ');
    const kind = `${type}${nullable ? ' or null' : ''}`;
    return [`  ${name}`, kind, `${nulls}`, values, shown(min), shown(median), shown(mean), shown(max), most];
  });
  printTable([['  name', 'type', 'nulls', 'values', 'min', 'median', 'mean', 'max', 'most often'], ...cells]);
  print(`a row's key: ${typeof key === 'string' ? key : key.join(', ')}`);
}

function text(value: number): string {
  return String(Number(value.toPrecision(5)));
}

function showQuarantine({ parts, origin }: Snapshot): void {
  const undated = origin?.undated ?? null;
  const reasons = Object.entries(reasonsOf(undated === null ? parts : [...parts, undated]));
  if (reasons.length === 0) return;
  print('\nrows in quarantine by rule:');
  printTable(reasons.sort(([, a], [, b]) => b - a).map(([rule, rows]) => [`  ${rule}`, `${rows}`]));
  if (undated !== null) print(`  ${undated.quarantined} of them without an event time`);
}

function showMended({ parts, origin }: Snapshot): void {
  const undated = origin?.undated ?? null;
  const counts = (undated === null ? parts : [...parts, undated]).flatMap(({ readmitted }) => readmitted ?? []);
  const records = [...Map.groupBy(counts, ({ record }) => record)].sort(([a], [b]) => a - b);
  if (records.length === 0) return;
  print('\nrows that people mended:');
  for (const [record, of] of records)
    print(`  ${of.reduce((sum, { rows }) => sum + rows, 0)} of readmission ${record}`);
}

const sourcesShown = 10;

function showSources({ origin }: Snapshot): void {
  const sources = origin?.sources ?? [];
  if (sources.length === 0) return;
  print('\nmade of:');
  for (const { path, digest } of sources.slice(0, sourcesShown)) print(`  ${path} ${digest.slice(0, 12)}`);
  if (sources.length > sourcesShown) print(`  and ${sources.length - sourcesShown} more files`);
}

function showVersions(versions: readonly TrainedVersion[]): void {
  print(versions.length === 0 ? '\nno version was trained on it' : '\ntrained on it:');
  for (const { pipeline, version, aliases, run } of versions) {
    const names = aliases.length === 0 ? '' : ` (${aliases.join(', ')})`;
    print(`  version ${version} of ${pipeline}${names}, run ${run}`);
  }
}
