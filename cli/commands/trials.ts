import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function trialsCommand(): Command {
  const text = "Lists a run's trials, rung by rung, best first; while its search is under way, those that have ended.";
  return command('trials <run>', text, 'whet trials flight-delays/2001-03-15T12')
    .option('--csv', 'print CSV, a column for each parameter and metric')
    .option('--watch', 'print them again every two seconds until the search has ended')
    .option('--to-mlflow <uri>', 'also write them to an MLflow tracking server, such as http://127.0.0.1:5000')
    .action(whenRun(async () => (await import('../actions/trials.ts')).trials));
}
