import { WhetError } from '../../core/errors.ts';
import { type FoundRow, findQuarantined } from '../../datasets/quarantine/findQuarantined.ts';
import { quarantineOf } from '../../datasets/quarantine/quarantineOf.ts';
import { openWorkDatabase } from '../../workers/openPorts.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson } from '../output.ts';

interface ShowOptions extends JsonOption {
  readonly hour?: string;
  readonly rule?: string;
  readonly limit: string;
  readonly snapshot?: string;
}

/** Shows rows in quarantine. Throws `contract.unknown`, `snapshot.unknown`, `input.invalid`. */
export async function quarantineShow(contract: string, options: ShowOptions): Promise<void> {
  const limit = limitOf(options.limit);
  const workplace = openWorkplace();
  const scope = await quarantineOf(workplace.store, contract, options.snapshot);
  const database = await openWorkDatabase(workplace);
  try {
    const { hour, rule } = options;
    const rows = await findQuarantined({ store: workplace.store, database }, scope, { hour, rule, limit });
    if (options.json) return printJson({ contract, of: scope.of, rows });
    print(`${contract}, ${scope.of}: ${rows.length === 0 ? 'no such row' : `the first ${rows.length} rows`}`);
    for (const row of rows) show(row);
  } finally {
    database.close();
  }
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (Number.isSafeInteger(limit) && limit > 0) return limit;
  throw new WhetError('input.invalid', { expected: 'a whole number above 0 in --limit', came: `'${text}'` });
}

function show({ hour, row, reasons, values, malformed, file, line, contract }: FoundRow): void {
  const place = file === null ? '' : ` in ${file}${line === null ? '' : `, line ${line}`}`;
  print(`\n${hour} row ${row}${place}, judged by ${contract}`);
  print(`  ${reasons.join(', ')}`);
  print(`  ${malformed === null ? JSON.stringify(values) : `no row: ${malformed}`}`);
}
