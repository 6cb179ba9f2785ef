import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function gcCommand(): Command {
  const text =
    'Tells what nothing needs any more; with --delete, removes what was unneeded for the whole grace period.';
  return command('gc', text, 'whet gc --delete')
    .option('--delete', 'remove it, as the engine does by itself once a day')
    .option('--grace <duration>', 'another grace period than that of retention.json, such as "1 hour"')
    .action(whenRun(async () => (await import('../actions/gc.ts')).gc));
}
