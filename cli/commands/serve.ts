import type { Command } from 'commander';
import { runningCommand, whenRun } from '../command.ts';

export function serveCommand(): Command {
  return runningCommand(
    'serve',
    'Answers predictions over HTTP, from the store alone: it needs no Temporal.',
    'whet serve --port 8080',
  )
    .option('--host <host>', 'where to listen', '127.0.0.1')
    .option('--port <port>', 'the port; 0 for any free one', '8080')
    .option('--temporal <host:port>', "Temporal's address, for /release (default: TEMPORAL_ADDRESS)")
    .option('--processes <count>', 'how many processes share the port', '1')
    .option('--keep <folder>', 'where what outlives the processes is kept on this machine')
    .action(whenRun(async () => (await import('../actions/serve.ts')).serve));
}
