import type { Command } from 'commander';
import { exitWithParent } from '../../workers/exitWithParent.ts';
import { startRole } from '../../workers/roles.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import { runningCommand } from '../command.ts';
import { report } from '../output.ts';
import { portOf } from '../portOf.ts';

export function serveCommand(): Command {
  return runningCommand(
    'serve',
    'Answers predictions over HTTP, from the store alone: it needs no Temporal.',
    'whet serve --port 8080',
  )
    .option('--host <host>', 'where to listen', '127.0.0.1')
    .option('--port <port>', 'the port; 0 for any free one', '8080')
    .action(serve);
}

async function serve({ host, port }: { host: string; port: string }): Promise<void> {
  const starting = startRole('serving', {
    workplace: openWorkplace(),
    address: undefined,
    host,
    port: portOf(port, '--port'),
    report,
  });
  exitWithParent(async () => (await starting).stop());
  await (await starting).ended;
}
