import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function exportCommand(): Command {
  const text =
    'Writes a version as one JavaScript module that needs nothing else: for browsers, workers, and applications without this package.';
  return command('export <pipeline> [version]', text, 'whet export flight-delays champion --to scorer.mjs')
    .requiredOption('--to <file>', 'a file that is not there yet')
    .action(whenRun(async () => (await import('../actions/exportScorer.ts')).exportScorer));
}
