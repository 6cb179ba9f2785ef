import { Argument, type Command, Option } from 'commander';
import { engineRoles } from '../../workers/engineRoles.ts';
import { runningCommand, whenRun } from '../command.ts';

export function workerCommand(): Command {
  return runningCommand(
    'worker',
    'Runs one role of the engine in this process.',
    'whet worker trainer --address 127.0.0.1:7233',
  )
    .addArgument(new Argument('<role>', 'what it does').choices(engineRoles))
    .option('--address <host:port>', "Temporal's address (default: TEMPORAL_ADDRESS, or the running engine's)")
    .option('--host <host>', 'for serving: where to listen', '127.0.0.1')
    .option('--port <port>', 'for serving: the port', '8080')
    .option('--processes <count>', 'for serving: how many processes share the port', '1')
    .addOption(new Option('--brief', 'leave out failures that the command which started it tells itself').hideHelp())
    .action(whenRun(async () => (await import('../actions/worker.ts')).worker));
}
