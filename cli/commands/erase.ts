import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function eraseCommand(): Command {
  const text = "Erases one person's rows from all that is kept of a contract's source, and leaves a tombstone.";
  return command('erase <contract>', text, 'whet erase payments --where customer=4711 --why "request 17"')
    .requiredOption('--where <column=value>', 'which rows: those with this value in this column')
    .requiredOption('--why <text>', 'the reason, for the tombstone')
    .option('--by <name>', 'who asks; the name of the system user when left out')
    .option('--dry-run', 'only tell what would be removed')
    .action(whenRun(async () => (await import('../actions/erase.ts')).erase));
}
