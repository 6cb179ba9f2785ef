import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function refreshCommand(): Command {
  return command(
    'refresh <pipeline>',
    'Renews the recent-rate tables of the version that answers: its weights stay, and nothing is searched.',
    'whet refresh flight-delays',
  )
    .option('--as-of <hour>', 'the hour of the tables, UTC (default: the newest complete hour of the source)')
    .action(whenRun(async () => (await import('../actions/refresh.ts')).refresh));
}
