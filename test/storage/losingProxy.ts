import { connect, createServer, type Socket } from 'node:net';

/** Passes connections on to a server, and loses answers. */
export interface LosingProxy {
  readonly port: number;
  /** How many answers it lost. */
  lost(): number;
  close(): Promise<void>;
}

/**
 * A proxy that hands whole requests on and, where `loses` says so of an answer's number (from 1), closes the
 * connection instead of handing the answer back: the server has done its work, and nobody is told.
 */
export async function losingProxy(port: number, loses: (answer: number) => boolean): Promise<LosingProxy> {
  const sockets = new Set<Socket>();
  let answers = 0;
  let lost = 0;
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      // An end that broke off ends the other.
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on('data', (data) => {
      const begins = data.subarray(0, 7).toString('latin1') === 'HTTP/1.';
      if (begins) answers += 1;
      if (!begins || !loses(answers)) return void client.write(data);
      lost += 1;
      client.destroy();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const close = (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    return new Promise((closed) => server.close(() => closed()));
  };
  return { port: address.port, lost: () => lost, close };
}
