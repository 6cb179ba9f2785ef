import { Command, Option } from 'commander';
import { keyRoles } from '../../core/apiKeys.ts';
import { command, whenRun } from '../command.ts';

export function keyCommand(): Command {
  return new Command('key').description('Keys for who asks a serving process.').addCommand(newCommand());
}

function newCommand(): Command {
  return command(
    'new',
    'Makes a key, prints it once, and writes its SHA-256 into the file of keys.',
    'whet key new --name shop --role predict feedback --keys keys.json',
  )
    .requiredOption('--name <name>', 'whose it is: a-z, 0-9 and -')
    .addOption(new Option('--role <role...>', 'what it may do').choices(keyRoles).makeOptionMandatory())
    .option('--keys <file>', 'the file of keys; made where there is none', 'keys.json')
    .action(whenRun(async () => (await import('../actions/keyNew.ts')).keyNew));
}
