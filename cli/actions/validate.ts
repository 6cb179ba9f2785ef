import { resolve } from 'node:path';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { inTemporaryFolder } from '../../datasets/inTemporaryFolder.ts';
import { type FileReport, type FileRow, validateFile } from '../../datasets/partitions/validateFile.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { contractOf } from '../../workers/contractOf.ts';
import { openWorkDatabase } from '../../workers/openPorts.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { exitCodeOf } from '../failed.ts';
import { print, printJson, printTable } from '../output.ts';

interface ValidateOptions extends JsonOption {
  readonly quarantine?: string;
}

/** Judges a file, shows what was found, and ends with the code of `contract.rejected` where a run would not go on. */
export async function validate(id: string, file: string, { json, quarantine }: ValidateOptions): Promise<void> {
  const workplace = openWorkplace();
  // The database opens on another thread while the pipelines' modules are loaded on this one.
  const [database, contract] = await Promise.all([openWorkDatabase(workplace), contractOf(workplace.folder, id)]);
  const options = { judgedAt: Date.now(), ...(quarantine === undefined ? {} : { quarantineTo: resolve(quarantine) }) };
  try {
    const found = await inTemporaryFolder((scratch) => {
      const ports = { store: localDisk(scratch), folder: workplace.folder, database };
      return validateFile(ports, contract, resolve(file), options);
    });
    if (json) printJson(found);
    else show(contract, found);
    if (found.outcome === 'rejected') process.exitCode = exitCodeOf('contract.rejected');
  } finally {
    database.close();
  }
}

function show(contract: ContractPlan, found: FileReport): void {
  const share = `${(100 * found.share).toFixed(3)} %; ${contract.id} allows ${100 * contract.quarantine.atMost} %`;
  const { first, last } = found.hours;
  const hours = first === null ? 'without an event time' : first === last ? `of ${first}` : `from ${first} to ${last}`;
  print(`${found.rows} rows ${hours}, ${found.quarantined} of them bad (${share}): ${found.outcome}`);
  if (found.rules.length === 0) return;
  const broken = found.rules.map(({ rule, rows, severity, text }) => [rule, `${rows}`, severity, text]);
  printTable([['rule', 'rows', 'severity', 'what it asks'], ...broken]);
  if (found.samples.length > 0) print('\nfor example:');
  for (const row of found.samples)
    print(`  ${placeOf(row)}: ${row.reasons.join(', ')} in ${row.malformed ?? JSON.stringify(row.values)}`);
}

function placeOf({ row, line, hour }: FileRow): string {
  if (line !== null) return `line ${line}`;
  return row === null ? 'a line' : `row ${row} (${hour})`;
}
