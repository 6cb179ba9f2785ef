import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function scorecardCommand(): Command {
  const text = "Shows a version's scorecard and the gate's reasons; the champion's when no version is named.";
  return command('scorecard <pipeline> [version]', text, 'whet scorecard flight-delays 3 --html card.html')
    .option('--html <file>', 'write it as a page with its curves, the model card, to a file that is not there yet')
    .action(whenRun(async () => (await import('../actions/scorecard.ts')).scorecard));
}
