import { exitWithParent } from '../../workers/exitWithParent.ts';
import { startServingRole } from '../../workers/servingRole.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import { report } from '../output.ts';
import { portOf } from '../portOf.ts';

interface ServeOptions {
  readonly host: string;
  readonly port: string;
  readonly temporal?: string;
}

/** Answers predictions until it is stopped. */
export async function serve({ host, port, temporal }: ServeOptions): Promise<void> {
  const starting = startServingRole({
    workplace: openWorkplace(),
    address: temporal,
    host,
    port: portOf(port, '--port'),
    report,
  });
  exitWithParent(async () => (await starting).stop());
  await (await starting).ended;
}
