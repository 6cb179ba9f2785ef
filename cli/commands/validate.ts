import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function validateCommand(): Command {
  const text = 'Checks a file against a contract: every bad row with every reason. Nothing is stored.';
  return command('validate <contract> <file>', text, 'whet validate flights new-flights.parquet').action(
    whenRun(async () => (await import('../actions/validate.ts')).validate),
  );
}
