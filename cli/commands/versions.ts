import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function versionsCommand(): Command {
  return command(
    'versions <pipeline>',
    'Lists the registered versions and the names that point at them.',
    'whet versions flight-delays',
  ).action(whenRun(async () => (await import('../actions/versions.ts')).versions));
}
