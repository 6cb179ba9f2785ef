import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function retrainCommand(): Command {
  return command(
    'retrain <pipeline>',
    'Runs a pipeline once: from new data to a verdict, and into service if the gate lets it pass.',
    'whet retrain flight-delays --as-of 2001-03-15T12:00:00Z',
  )
    .option('--as-of <hour>', 'the hour to stand at, UTC (default: the newest complete hour of the source)')
    .action(whenRun(async () => (await import('../actions/retrain.ts')).retrain));
}
