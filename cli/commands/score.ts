import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function scoreCommand(): Command {
  return command(
    'score <pipeline> <in> <out>',
    'Scores files of rows with a version: Parquet, CSV or NDJSON in, Parquet out, each partition once.',
    'whet score flight-delays "flights/*.parquet" scores --key date,origin --columns distance',
  )
    .option('--version <version>', 'its number or an alias (default: champion)')
    .option('--key <columns>', 'columns that tell rows apart: always kept, and quoted of a row that is refused')
    .option('--columns <columns>', 'columns of the input to keep beside the key (default: all)')
    .option('--rows <count>', 'most rows of an output partition (default: 245760)')
    .option('--refuse-at-most <share>', "largest share of rows that may be refused (default: the contract's)")
    .addHelpText('after', '\nTyped again it goes on where it stood, and does nothing twice.')
    .action(whenRun(async () => (await import('../actions/score.ts')).score));
}
