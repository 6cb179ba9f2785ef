import { Argument, Command } from 'commander';
import { installableBackends } from '../../models/backends/installation.ts';
import { command, whenRun } from '../command.ts';

export function backendCommand(): Command {
  return new Command('backend')
    .description('Lists what can train on this machine, and installs faster ones.')
    .addCommand(listCommand())
    .addCommand(installCommand());
}

function listCommand(): Command {
  const text = 'Tells which backends this machine has, the fastest first, and why one is not available.';
  return command('list', text, 'whet backend list').action(
    whenRun(async () => (await import('../actions/backendList.ts')).backendList),
  );
}

function installCommand(): Command {
  const text = "Installs a backend into the user's cache folder and proves it by a training run.";
  return command('install', text, 'whet backend install tfjs-node')
    .addArgument(new Argument('<backend>', 'which one').choices(Object.keys(installableBackends)))
    .action(whenRun(async () => (await import('../actions/backendInstall.ts')).backendInstall));
}
