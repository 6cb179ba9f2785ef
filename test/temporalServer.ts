import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporal } from '../workers/temporal/findTemporal.ts';
import { startTemporal } from '../workers/temporal/startTemporal.ts';

/**
 * A Temporal server of one's own, on a temporary database: once per test file, in `beforeAll`, with `stop` in
 * `afterAll`. It ends with the test process, however that ends.
 */
export async function withTemporal(): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'whet-temporal-'));
  const databaseFile = join(folder, 'temporal.db');
  const logFile = join(folder, 'temporal.log');
  const binary = await findTemporal(() => {});
  const server = await startTemporal({ binary, databaseFile, logFile, port: 0, uiPort: 0, report: () => {} });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { address: server.address, stop };
}
