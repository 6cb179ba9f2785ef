import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function compareCommand(): Command {
  const text = 'Compares two versions (3, champion) or runs (2001-03-15T12/1): plan, inputs, parameters, metrics.';
  return command('compare <pipeline> <a> <b>', text, 'whet compare flight-delays 2 champion').action(
    whenRun(async () => (await import('../actions/compare.ts')).compare),
  );
}
