import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function trialsCommand(): Command {
  return command(
    'trials <run>',
    "Lists a run's trials, rung by rung, best first.",
    'whet trials flight-delays/2001-03-15T12',
  ).action(whenRun(async () => (await import('../actions/trials.ts')).trials));
}
