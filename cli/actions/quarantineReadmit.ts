import { userInfo } from 'node:os';
import { WhetError } from '../../core/errors.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { quarantineOf } from '../../datasets/quarantine/quarantineOf.ts';
import { passingNow } from '../../datasets/readmission/passingNow.ts';
import { type ReadmitReport, readmitRows } from '../../datasets/readmission/readmitRows.ts';
import { contractOf } from '../../workers/contractOf.ts';
import { openWorkDatabase } from '../../workers/openPorts.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson } from '../output.ts';

interface ReadmitOptions extends JsonOption {
  readonly why?: string;
  readonly by?: string;
}

/** Takes mended rows back, or tells which need no mending. Throws as `readmitRows` and `quarantineOf`. */
export async function quarantineReadmit(id: string, file: string | undefined, options: ReadmitOptions): Promise<void> {
  const workplace = openWorkplace();
  const database = await openWorkDatabase(workplace);
  try {
    const ports = { store: workplace.store, folder: workplace.folder, database };
    if (file === undefined) await tellPassing(ports, id, options);
    else await readmit(ports, id, file, options);
  } finally {
    database.close();
  }
}

async function tellPassing(ports: DataPorts, id: string, { json }: ReadmitOptions): Promise<void> {
  const contract = await contractOf(ports.folder, id);
  const scope = await quarantineOf(ports.store, id);
  const found = await passingNow(ports, contract, scope, Date.now());
  if (json) return printJson({ contract: id, version: contract.version, of: scope.of, ...found });
  print(
    `${id}, ${scope.of}: ${found.passing} of ${found.quarantined} rows in quarantine keep to ${id}@${contract.version}`,
  );
  if (found.passing === 0) print(`Mend them in a file of their own: whet quarantine export ${id} --to bad.csv`);
  else
    print('Rules are part of what a partition is known by: the next run judges its hours again and takes these rows.');
}

async function readmit(ports: DataPorts, id: string, file: string, { why, by, json }: ReadmitOptions): Promise<void> {
  if (why === undefined) throw new WhetError('input.invalid', { expected: 'a reason in --why', came: 'none' });
  const contract = await contractOf(ports.folder, id);
  const person = { by: by ?? userInfo().username, why, at: new Date().toISOString() };
  const report = await readmitRows(ports, contract, file, person);
  if (json) printJson(report);
  else show(id, report);
}

function show(id: string, { record, admitted, refused, refusals }: ReadmitReport): void {
  print(`${admitted} rows taken back as readmission ${record.n} of ${id}; the next run has them`);
  for (const { from, to, rows } of record.moves) print(`  ${rows} of ${to}${from === to ? '' : ', which had no time'}`);
  if (refused === 0) return;
  print(`${refused} rows stay in quarantine:`);
  for (const { hour, row, why } of refusals) print(`  ${hour} row ${row}: ${why}`);
  if (refused > refusals.length) print(`  and ${refused - refusals.length} more`);
}
