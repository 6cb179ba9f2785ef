import { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function gateCommand(): Command {
  return new Command('gate').description('Tries rules before they are in force.').addCommand(tryCommand());
}

function tryCommand(): Command {
  const text =
    "Says how past candidates would have been judged by the pipeline file's gate as it is now, or by other rules.";
  return command('try <pipeline>', text, 'whet gate try flight-delays --rules stricter.ts --over 200')
    .option('--rules <file>', 'a TypeScript file that exports a list of rules')
    .option('--over <count>', 'so many of the newest candidates', '200')
    .action(whenRun(async () => (await import('../actions/gateTry.ts')).gateTry));
}
