import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function labelsCommand(): Command {
  const text = 'Joins labels to predictions: per hour how many are settled or missing, and how good each version was.';
  return command('labels <pipeline>', text, 'whet labels flight-delays --from 2001-03-15T12 --to 2001-03-16T00')
    .option('--from <hour>', 'predictions from this hour on, UTC (default: the first)')
    .option('--to <hour>', 'predictions before this hour, UTC (default: all)')
    .option('--from-source', "take the labels that the pipeline's own source tells by now")
    .action(whenRun(async () => (await import('../actions/labels.ts')).labels));
}
