import type { SnapshotLogEntry } from '../../core/snapshotLog.ts';
import { type Hour, hourMs, hourOf, hourStart } from '../../core/time.ts';
import { readSnapshotLog } from '../../datasets/snapshots/snapshotLog.ts';
import { type Pin, snapshotPins } from '../../datasets/snapshots/snapshotPins.ts';
import { loadContracts } from '../../workers/catalogue.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { printJson, printTable } from '../output.ts';

/** Lists the log of a contract's snapshots, or of all contracts of `pipelines/`. */
export async function snapshots(contract: string | undefined, { json }: JsonOption): Promise<void> {
  const { store, folder } = openWorkplace();
  const contracts = contract === undefined ? [...(await loadContracts(folder)).keys()] : [contract];
  const pins = await snapshotPins(store);
  const logs = await Promise.all(
    contracts.map(async (one) => {
      const entries = await readSnapshotLog(store, one);
      return entries.map((entry) => ({ contract: one, ...entry, pin: pins.get(entry.id) ?? null }));
    }),
  );
  if (json) return printJson(logs.flat());
  printTable([
    ['contract', 'n', 'id', 'hours', 'rows', 'quarantined', 'frozen by', 'at', 'pinned'],
    ...logs.flat().map(cells),
  ]);
}

function cells(entry: SnapshotLogEntry & { readonly contract: string; readonly pin: Pin | null }): string[] {
  const { contract, n, id, hours, rows, quarantined, run, at, pin } = entry;
  const span = hours === null ? 'none' : `${hours.from} to ${lastBefore(hours.to)}`;
  const held = pin === null ? '' : `by ${pin.by}: ${pin.why}`;
  return [contract, `${n}`, id.slice(0, 16), span, `${rows}`, `${quarantined}`, run ?? '', at ?? '', held];
}

/** The log's end is the hour after; people are told the last one, as by `whet snapshot show`. */
function lastBefore(end: Hour): Hour {
  return hourOf(hourStart(end) - hourMs);
}
