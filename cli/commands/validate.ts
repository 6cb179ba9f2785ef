import { resolve } from 'node:path';
import type { Command } from 'commander';
import { WhetError } from '../../core/errors.ts';
import type { ContractPlan } from '../../core/plan.ts';
import { type FileReport, validateFile } from '../../datasets/validateFile.ts';
import { loadCatalogue } from '../../workers/catalogue.ts';
import { openWorkDatabase } from '../../workers/openPorts.ts';
import { openWorkplace, type Workplace } from '../../workers/workplace.ts';
import { command, type JsonOption } from '../command.ts';
import { exitCodeOf } from '../failed.ts';
import { print, printJson, printTable } from '../output.ts';

export function validateCommand(): Command {
  const text = 'Checks a file against a contract: every bad row with every reason. Nothing is stored.';
  return command('validate <contract> <file>', text, 'whet validate flights new-flights.parquet').action(validate);
}

async function validate(id: string, file: string, { json }: JsonOption): Promise<void> {
  const workplace = openWorkplace();
  const contract = await contractOf(workplace, id);
  const database = await openWorkDatabase(workplace);
  try {
    const { store, folder } = workplace;
    const found = await validateFile({ store, folder, database }, contract, resolve(file));
    if (json) printJson(found);
    else show(contract, found);
    if (found.quarantined > contract.quarantine.atMost * found.rows)
      process.exitCode = exitCodeOf('quarantine.over-budget');
  } finally {
    database.close();
  }
}

async function contractOf(workplace: Workplace, id: string): Promise<ContractPlan> {
  const plans = [...(await loadCatalogue(workplace.folder)).values()];
  const found = plans.find(({ contract }) => contract.id === id)?.contract;
  if (found !== undefined) return found;
  const known = [...new Set(plans.map(({ contract }) => `'${contract.id}'`))].join(', ') || 'none yet';
  throw new WhetError('contract.unknown', { expected: `a contract of pipelines/ (${known})`, came: `'${id}'` });
}

function show(contract: ContractPlan, found: FileReport): void {
  const share = found.rows === 0 ? 0 : found.quarantined / found.rows;
  print(
    `${found.rows} rows, ${found.quarantined} of them bad (${(100 * share).toFixed(3)} %; ${contract.id} allows ${100 * contract.quarantine.atMost} %)`,
  );
  const reasons = Object.entries(found.reasons).sort(([, a], [, b]) => b - a);
  if (reasons.length > 0) printTable([['rule', 'rows'], ...reasons.map(([rule, rows]) => [rule, `${rows}`])]);
}
