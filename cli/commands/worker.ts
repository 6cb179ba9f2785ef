import { Argument, type Command } from 'commander';
import { exitWithParent } from '../../workers/exitWithParent.ts';
import { type EngineRole, engineRoles, startRole } from '../../workers/roles.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import { runningCommand } from '../command.ts';
import { failed } from '../failed.ts';
import { report } from '../output.ts';
import { portOf } from '../portOf.ts';

interface WorkerOptions {
  readonly address?: string;
  readonly host: string;
  readonly port: string;
}

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
    .action(worker);
}

async function worker(role: EngineRole, { address, host, port }: WorkerOptions): Promise<void> {
  const starting = startRole(role, { workplace: openWorkplace(), address, host, port: portOf(port, '--port'), report });
  exitWithParent(async () => (await starting).stop());
  const code = await starting.then(({ ended }) => ended).then(() => 0, failed);
  // The channel to its parent would keep a role that failed alive: it ends, and the parent starts it again.
  process.exit(code);
}
