import type { EngineRole } from '../../workers/engineRoles.ts';
import { exitWithParent } from '../../workers/exitWithParent.ts';
import { startRole } from '../../workers/roles.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import { failed } from '../failed.ts';
import { report } from '../output.ts';
import { portOf } from '../portOf.ts';
import { processesOf } from '../processesOf.ts';

interface WorkerOptions {
  readonly address?: string;
  readonly host: string;
  readonly port: string;
  readonly processes: string;
  readonly brief?: boolean;
}

/** Runs one role until it is stopped or its parent is gone. */
export async function worker(
  role: EngineRole,
  { address, host, port, processes, brief = false }: WorkerOptions,
): Promise<void> {
  const starting = startRole(role, {
    workplace: openWorkplace(),
    address,
    host,
    port: portOf(port, '--port'),
    processes: processesOf(processes, '--processes'),
    isBrief: brief,
    report,
  });
  exitWithParent(async () => (await starting).stop());
  const code = await starting.then(({ ended }) => ended).then(() => 0, failed);
  // The channel to its parent would keep a role that failed alive: it ends, and the parent starts it again.
  process.exit(code);
}
