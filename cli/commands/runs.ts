import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function runsCommand(): Command {
  return command('runs [pipeline]', 'Lists the runs, oldest first.', 'whet runs flight-delays').action(
    whenRun(async () => (await import('../actions/runs.ts')).runs),
  );
}
