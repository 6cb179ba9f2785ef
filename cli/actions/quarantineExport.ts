import { exportQuarantine } from '../../datasets/quarantine/exportQuarantine.ts';
import { quarantineOf } from '../../datasets/quarantine/quarantineOf.ts';
import { openWorkDatabase } from '../../workers/openPorts.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson } from '../output.ts';

interface ExportOptions extends JsonOption {
  readonly to: string;
  readonly snapshot?: string;
}

/** Writes all rows in quarantine to a file. Throws `contract.unknown`, `snapshot.unknown`, `input.invalid`. */
export async function quarantineExport(contract: string, { to, snapshot, json }: ExportOptions): Promise<void> {
  const workplace = openWorkplace();
  const scope = await quarantineOf(workplace.store, contract, snapshot);
  const database = await openWorkDatabase(workplace);
  try {
    const rows = await exportQuarantine({ store: workplace.store, database }, scope, to);
    if (json) return printJson({ contract, of: scope.of, to, rows });
    print(`${rows} rows of ${contract}, ${scope.of}, in ${to}`);
    print(`Mend them there, and give them back with: whet quarantine readmit ${contract} ${to} --why "…"`);
  } finally {
    database.close();
  }
}
