import { Option } from 'commander';
import { command, whenRun } from '../command.ts';

export function matrixCommand() {
  return command(
    'matrix <run>',
    "Writes a run's feature matrix to a file, to train a model of your own on it: see whet register.",
    'whet matrix flight-delays/2001-03-15T12 --to matrix.parquet',
  )
    .requiredOption('--to <file>', 'the file to write; it must not be there yet')
    .addOption(
      new Option('--format <format>', 'parquet or csv; by the name of the file when left out').choices([
        'parquet',
        'csv',
      ]),
    )
    .action(whenRun(async () => (await import('../actions/matrix.ts')).matrix));
}
