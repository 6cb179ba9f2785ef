import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function upCommand(): Command {
  const text = 'Starts everything on this machine: Temporal, workers, serving and the schedules of pipelines/.';
  return command('up', text, 'whet up --retrain flight-delays --as-of 2001-03-15T12 --once')
    .option('--retrain <pipeline>', 'retrain this pipeline at once and show what came of it')
    .option('--as-of <hour>', 'the hour to retrain at, UTC; the clock of schedules stands still there')
    .option('--replay [duration]', 'let the past pass again: this long stands for an hour (default: 1 minute)')
    .option('--from <hour>', 'the hour at which the replayed past begins, UTC (default: --as-of)')
    .option('--once', 'end after the first retraining instead of serving on')
    .option('--port <port>', "Temporal's port; 0 for any free one", '0')
    .option('--ui-port <port>', "the Web UI's port; 0 for any free one", '0')
    .option('--serving <count>', 'how many serving processes share its port', '1')
    .option('--serving-port <port>', 'the port that answers predictions; 0 for any free one', '0')
    .action(whenRun(async () => (await import('../actions/up.ts')).up));
}
