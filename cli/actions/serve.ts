import { exitWithParent } from '../../workers/exitWithParent.ts';
import { type CareFlags, servingCare } from '../../workers/servingCare.ts';
import { startServingRole } from '../../workers/servingRole.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import { report } from '../output.ts';
import { portOf } from '../portOf.ts';
import { processesOf } from '../processesOf.ts';

interface Options extends CareFlags {
  readonly host: string;
  readonly port: string;
  readonly grpcPort?: string;
  readonly temporal?: string;
  readonly processes: string;
  readonly keep?: string;
}

/** Answers predictions until it is stopped. */
export async function serve({ host, port, grpcPort, temporal, processes, keep, ...care }: Options): Promise<void> {
  const starting = startServingRole({
    workplace: openWorkplace(),
    address: temporal,
    host,
    port: portOf(port, '--port'),
    ...(grpcPort === undefined ? {} : { grpcPort: portOf(grpcPort, '--grpc-port') }),
    processes: processesOf(processes, '--processes'),
    ...(keep === undefined ? {} : { keep }),
    care: servingCare(care),
    report,
  });
  exitWithParent(async () => (await starting).stop());
  await (await starting).ended;
}
