import { type StartOptions, startTemporal } from '../../../workers/temporal/startTemporal.ts';

/** Starts a Temporal server, prints its pid, and stays until it is killed. */
const options = JSON.parse(process.argv[2] ?? '{}') as StartOptions;
const server = await startTemporal({ ...options, report: () => {} });
console.log(server.pid);
