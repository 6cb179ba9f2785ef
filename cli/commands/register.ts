import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function registerCommand(): Command {
  return command(
    'register <pipeline> <file>',
    'Makes an ONNX model of your own a candidate: the same package, scorecard, gate and rollout as for a trained one.',
    'whet register flight-delays model.onnx',
  )
    .option('--run <run>', "the run whose matrix it was trained on (default: the pipeline's last)")
    .addHelpText('after', '\nTrain it on the columns of the file that whet matrix writes, in their order.')
    .action(whenRun(async () => (await import('../actions/register.ts')).register));
}
