import cluster from 'node:cluster';
import { leanEnvironment, leanNodeArgs } from './leanNode.ts';
import { gatherPortMetrics } from './portMetrics.ts';
import type { RoleOptions, RunningRole } from './runningRole.ts';
import { superviseProcess } from './superviseProcess.ts';

/** Longer than a serving process takes to end in good order, whatever it waits for. */
const stopMs = 10_000;

/**
 * Serving processes that share one port: this one takes each connection and hands it to the next of them, in turn, so that
 * a few connections that stay open are spread evenly, and one that is stopped is handed none. Each runs the command that
 * this one runs, has a lease of its own, and is started again when it dies.
 */
export function startServingProcesses(processes: number, { report }: RoleOptions): RunningRole {
  cluster.setupPrimary({ silent: true, execArgv: [...leanNodeArgs] });
  gatherPortMetrics();
  const children = Array.from({ length: processes }, (_, at) =>
    superviseProcess({
      name: `serving ${at + 1}`,
      start: () => cluster.fork({ ...leanEnvironment, ...process.env }).process,
      restart: true,
      most: 3,
      isPatient: true,
      onLine: report,
    }),
  );
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  const stopAll = () => Promise.all(children.map((child) => child.stop({ graceMs: stopMs })));
  for (const child of children) child.onGivenUp((error) => void stopAll().then(() => reject(error)));
  return { ended, stop: () => stopAll().then(() => resolve()) };
}
