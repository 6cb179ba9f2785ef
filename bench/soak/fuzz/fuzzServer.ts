import { openServer } from '../../../serving/server.ts';
import { localDisk } from '../../../storage/localDisk.ts';

/** What the server under fuzz tells its parent. */
export interface FuzzServerTold {
  readonly url: string;
  readonly grpc: string;
  /** After a collection of garbage: what its objects and buffers take, in MB. */
  readonly heapMb: number;
  readonly residentMb: number;
}

/**
 * A serving process: node --expose-gc fuzzServer.ts FOLDER. It tells its parent where it listens and what it holds, again on
 * each message; it ends when its parent lets go of it.
 */
const [folder = ''] = process.argv.slice(2);
const server = await openServer({
  store: localDisk(folder),
  grpcPort: 0,
  clock: () => Date.now(),
  // Nothing is turned away for the time it waited: a machine may be busy with others.
  limits: { bodyBytes: 1_000_000, rowsPerRequest: 1_000, queueMs: 60_000, burstMs: 60_000 },
});
tell();
process.on('message', tell);
process.once('disconnect', () => void server.close());

function tell(): void {
  gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const [heapMb, residentMb] = [(heapUsed + external) / 1e6, rss / 1e6];
  process.send?.({ url: server.url, grpc: server.grpc ?? '', heapMb, residentMb } satisfies FuzzServerTold);
}
