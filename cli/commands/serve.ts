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
    .option('--grpc-port <port>', 'the port for gRPC beside it; 0 for any free one (default: no gRPC)')
    .option('--temporal <host:port>', "Temporal's address, for /release (default: TEMPORAL_ADDRESS)")
    .option('--processes <count>', 'how many processes share the port', '1')
    .option('--keep <folder>', 'where what outlives the processes is kept on this machine')
    .option('--keys <file>', 'the file of keys: who may ask (whet key new makes one)')
    .option('--open', 'let whoever reaches the port ask, on any address')
    .option('--tls-cert <file>', 'the certificate with its chain, as PEM')
    .option('--tls-key <file>', 'its private key, as PEM')
    .option('--limits <file>', 'a JSON file of other limits, such as {"rowsPerRequest": 100}')
    .option('--access-log', 'a line of JSON on stdout for each request, without its rows')
    .action(whenRun(async () => (await import('../actions/serve.ts')).serve));
}
