import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function validateCommand(): Command {
  const text = 'Checks a file against a contract: every bad row with every reason. Nothing is stored.';
  const example = 'whet validate flights new-flights.parquet --quarantine bad-flights.parquet';
  return command('validate <contract> <file>', text, example)
    .option('--quarantine <path>', 'write all bad rows, each with all its reasons, to this Parquet file')
    .action(whenRun(async () => (await import('../actions/validate.ts')).validate));
}
