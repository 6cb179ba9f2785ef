import { type Command, Option } from 'commander';
import { command, whenRun } from '../command.ts';

export function backtestCommand(): Command {
  return command(
    'backtest <pipeline>',
    'Replays the past hour by hour: what other cadences, or another gate, would have come to.',
    'whet backtest flight-delays --from 2001-03-01T12:00:00Z --hours 48 --retrain-every 1h,6h,never',
  )
    .requiredOption('--from <hour>', 'the first hour that is answered, UTC')
    .requiredOption('--hours <count>', 'how many hours are replayed')
    .option('--retrain-every <cadences>', 'such as 1h,6h,1d,never (default: 1h,6h,24h,never)')
    .option('--refresh-every <cadence>', 'one cadence more: the first weights, with tables renewed so often')
    .addOption(
      new Option('--search <when>', 'search for parameters once and refit them, or at every retraining').choices([
        'once',
        'every',
      ]),
    )
    .option(
      '--gate <rules>',
      'a pipeline, or a TypeScript file that exports rules: the same history under these as well',
    )
    .option('--out <folder>', 'where to write the page and the JSON (default: .whet/backtests/<id>)')
    .addHelpText(
      'after',
      '\nTyped again it goes on where it stood, and does nothing twice. Nothing real is changed by it.',
    )
    .action(whenRun(async () => (await import('../actions/backtest.ts')).backtest));
}
