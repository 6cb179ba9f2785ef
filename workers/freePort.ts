import { createServer } from 'node:net';
import { WhetError } from '../core/errors.ts';

/** A port of 127.0.0.1 on which nothing listens now. Another process may take it before the caller does. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port as number;
}

/** So many different free ports of 127.0.0.1. */
export async function freePorts(count: number): Promise<number[]> {
  const held = await Promise.all(Array.from({ length: count }, () => holdPort(0)));
  await Promise.all(held.map(({ release }) => release()));
  return held.map(({ port }) => port);
}

/** Throws `port.taken` if something listens on that port of 127.0.0.1. */
export async function requireFreePort(port: number, purpose: string): Promise<void> {
  const { release } = await holdPort(port).catch((error: unknown) => {
    const expected = `port ${port} of 127.0.0.1 to be free for ${purpose}`;
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw new WhetError(
      'port.taken',
      { expected, came: isTaken ? 'a process that listens there' : String(error) },
      error,
    );
  });
  await release();
}

function holdPort(wanted: number): Promise<{ port: number; release(): Promise<void> }> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: wanted, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('the socket has no port'));
      resolve({ port: address.port, release: () => new Promise((closed) => server.close(() => closed())) });
    });
  });
}
