import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function explainCommand(): Command {
  const text = "Tells what each column of one row adds to its score, against test rows of the version's own.";
  return command('explain <pipeline>', text, 'whet explain flight-delays --row row.json')
    .requiredOption('--row <json>', 'a row as /predict takes it, or a file that holds one')
    .option('--version <version>', 'its number or a name that points at it', 'champion')
    .action(whenRun(async () => (await import('../actions/explain.ts')).explain));
}
