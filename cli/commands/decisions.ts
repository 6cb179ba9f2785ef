import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function decisionsCommand(): Command {
  const text = 'Lists the decisions to retrain a pipeline or not, newest first, and what its runs cost and give back.';
  return command('decisions <pipeline>', text, 'whet decisions flight-delays')
    .option('--last <count>', 'how many decisions', '20')
    .action(whenRun(async () => (await import('../actions/decisions.ts')).decisions));
}
