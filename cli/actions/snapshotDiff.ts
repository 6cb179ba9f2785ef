import type { PartitionVersion } from '../../core/snapshot.ts';
import type { Change } from '../../core/snapshotDiff.ts';
import { compareSnapshots, type SnapshotComparison } from '../../datasets/snapshots/compareSnapshots.ts';
import { findSnapshot } from '../../datasets/snapshots/findSnapshot.ts';
import type { RowChanges } from '../../datasets/snapshots/rowChanges.ts';
import { openWorkDatabase } from '../../workers/openPorts.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, printTable } from '../output.ts';

/** Shows what changed between two snapshots. Throws `snapshot.unknown`, `storage.missing`, `storage.damaged`. */
export async function snapshotDifference(from: string, to: string, { json }: JsonOption): Promise<void> {
  const workplace = openWorkplace();
  const before = await findSnapshot(workplace.store, from);
  const after = await findSnapshot(workplace.store, to);
  const database = await openWorkDatabase(workplace);
  try {
    const found = await compareSnapshots({ store: workplace.store, database }, before, after);
    if (json) return printJson({ before: before.id, after: after.id, ...found });
    print(`${before.id}\n${after.id}`);
    show(found);
  } finally {
    database.close();
  }
}

function show(found: SnapshotComparison): void {
  const { added, removed, changed, same, rows, quarantined, reasons } = found;
  print(`hours: ${same} the same, ${changed.length} changed, ${added.length} added, ${removed.length} removed`);
  print(`rows: ${arrow(rows)}; in quarantine: ${arrow(quarantined)}`);
  for (const reason of reasons) print(`  ${reason.rule}: ${arrow(reason)} in quarantine`);
  if (added.length > 0) print(`added: ${hours(added)}`);
  if (removed.length > 0) print(`removed: ${hours(removed)}`);
  for (const hour of (found.rowsOfHours ?? []).slice(0, hoursShown)) showHour(hour);
  if (changed.length > hoursShown) print(`and ${changed.length - hoursShown} more changed hours (--json has them all)`);
  showContract(found);
  showDrift(found);
}

function showContract({ contract }: SnapshotComparison): void {
  if (contract === null || contract.length === 0) return;
  print('\ncontract:');
  printTable(contract.map(({ level, what, why }) => [`  ${level}`, what, why]));
}

function showDrift({ drift }: SnapshotComparison): void {
  const moved = (drift ?? []).filter(({ distance }) => distance > 0);
  if (moved.length === 0) return;
  print('\ndistributions (distance of Jensen and Shannon, population stability index):');
  printTable(moved.map(({ column, distance, psi }) => [`  ${column}`, distance.toFixed(4), psi.toFixed(4)]));
}

const hoursShown = 20;

function arrow({ before, after }: Change): string {
  return before === after ? `${after}` : `${before} -> ${after}`;
}

function hours(parts: readonly PartitionVersion[]): string {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const [first, last] = [parts[0]?.hour ?? '', parts.at(-1)?.hour ?? ''];
  return `${first === last ? first : `${parts.length} hours from ${first} to ${last}`}, ${rows} rows`;
}

function showHour({ hour, added, removed }: RowChanges): void {
  print(`changed: ${hour}, ${added.rows} rows added, ${removed.rows} removed`);
  for (const line of removed.first) print(`  - ${line}`);
  for (const line of added.first) print(`  + ${line}`);
}
