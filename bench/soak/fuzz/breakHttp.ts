import { connect } from 'node:net';
import type { Random } from '../../../core/random.ts';
import type { FuzzCase } from './fuzzCase.ts';
import { mutateBytes } from './mutate.ts';

const patienceMs = 30_000;

/** Sends a request whose very bytes are broken, and ends its side. Gives what is wrong where the server does not end it too. */
export function breakHttp(
  random: Random,
  url: string,
  { method, path, headers, body }: FuzzCase,
): Promise<string | undefined> {
  const { hostname, port } = new URL(url);
  const lines = Object.entries({ host: hostname, ...headers, 'content-length': body.length });
  const head = `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  const bytes = Buffer.concat([mutateBytes(random, Buffer.from(head)), body]);
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ host: hostname, port: Number(port), timeout: patienceMs }, () => socket.end(bytes));
    socket.setEncoding('latin1').on('data', (piece) => {
      text += piece;
    });
    socket.on('timeout', () => {
      socket.destroy();
      resolve(`no end in ${patienceMs} ms`);
    });
    // A server may break off what it does not want to read.
    socket.on('error', () => {});
    socket.on('close', () => resolve(/^HTTP\/1\.1 500/m.test(text) ? text.slice(0, 300) : undefined));
  });
}
