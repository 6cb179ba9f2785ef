import packageJson from '../package.json' with { type: 'json' };
import { openServer } from '../serving/server.ts';
import { requireFreePort } from './freePort.ts';
import { operateLater } from './operateLater.ts';
import type { RoleOptions, RunningRole } from './runningRole.ts';

/** One serving process. Throws `port.taken` where another listens on its port. */
export async function startServingRole({ workplace, address, host, port, report }: RoleOptions): Promise<RunningRole> {
  if (port !== 0) await requireFreePort(port, 'serving');
  const { version: engineVersion } = packageJson;
  const operate = operateLater(workplace.store, address);
  const server = await openServer({
    store: workplace.store,
    host,
    port,
    clock: () => Date.now(),
    engineVersion,
    operate,
    report,
  });
  report(`serving on ${server.url}`);
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  return { ended, stop: () => server.close().then(operate.close).then(resolve) };
}
