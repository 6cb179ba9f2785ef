import { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function learnerCommand(): Command {
  return new Command('learner').description("Checks learners of the project's own.").addCommand(checkCommand());
}

function checkCommand(): Command {
  const text = 'Holds the learner of a file to all that every learner keeps, and prints what was measured.';
  return command('check <file>', text, 'whet learner check learners/wideAndDeep.ts')
    .option('--parameters <json>', 'check with these parameters instead of those of the pipelines that name the file')
    .action(whenRun(async () => (await import('../actions/learnerCheck.ts')).learnerCheck));
}
