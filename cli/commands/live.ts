import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function liveCommand(): Command {
  return command(
    'live <pipeline>',
    'Tells which version answers, or answered at a time, and since when.',
    'whet live flight-delays --at 2026-01-31T09:00:00Z',
  )
    .option('--at <time>', 'a time in the past, ISO (default: now)')
    .action(whenRun(async () => (await import('../actions/live.ts')).live));
}
