import type { ContractPlan } from '../../core/contractPlan.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { reasonsOf } from '../../core/snapshotDiff.ts';
import type { SnapshotLogEntry } from '../../core/snapshotLog.ts';
import { contractOfSnapshot, findSnapshot } from '../../datasets/snapshots/findSnapshot.ts';
import { loggedSnapshot } from '../../datasets/snapshots/snapshotLog.ts';
import { snapshotPin } from '../../datasets/snapshots/snapshotPins.ts';
import { type TrainedVersion, versionsOfSnapshot } from '../../registry/versionsOfSnapshot.ts';
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
  if (json) return printJson({ ...snapshot, entry, plan: contract, pin: pin ?? null, versions });
  showHead(snapshot, entry);
  if (pin !== undefined) print(`pinned by ${pin.by} since ${pin.at}: ${pin.why}`);
  if (contract !== undefined) showColumns(contract);
  showQuarantine(snapshot);
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

function showColumns({ columns, key }: ContractPlan): void {
  print('\ncolumns:');
  printTable(columns.map(({ name, type, nullable }) => [`  ${name}`, `${type}${nullable ? ' or null' : ''}`]));
  print(`a row's key: ${typeof key === 'string' ? key : key.join(', ')}`);
}

function showQuarantine({ parts, origin }: Snapshot): void {
  const undated = origin?.undated ?? null;
  const reasons = Object.entries(reasonsOf(undated === null ? parts : [...parts, undated]));
  if (reasons.length === 0) return;
  print('\nrows in quarantine by rule:');
  printTable(reasons.sort(([, a], [, b]) => b - a).map(([rule, rows]) => [`  ${rule}`, `${rows}`]));
  if (undated !== null) print(`  ${undated.quarantined} of them without an event time`);
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
