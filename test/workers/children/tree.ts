import { onShutdown } from '../../../workers/onShutdown.ts';
import { superviseProcess } from '../../../workers/superviseProcess.ts';
import { type StartOptions, startTemporal } from '../../../workers/temporal/startTemporal.ts';

/** `up` in small: Temporal and one worker, which stops at once or, as `slow`, never. Prints their pids as JSON. */
const [options = '{}', kind = 'parent'] = process.argv.slice(2);
const temporal = await startTemporal({ ...(JSON.parse(options) as StartOptions), report: () => {} });
const worker = superviseProcess({
  name: kind,
  entry: new URL('./worker.ts', import.meta.url),
  args: [kind],
  onLine: () => {},
  restart: true,
});
const stopWorker = { name: 'worker', stop: () => worker.stop({ graceMs: 60_000 }), kill: () => worker.kill() };
const stopTemporal = { ...temporal, name: 'temporal' };
onShutdown({ steps: () => [stopWorker, stopTemporal], report: (line) => console.log(line) });
worker.onMessage((message) => {
  const { pid, child } = message as { pid: number; child?: number };
  console.log(JSON.stringify([temporal.pid, pid, ...(child === undefined ? [] : [child])]));
});
