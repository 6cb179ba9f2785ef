import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a receiver of webhooks was sent. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How it answers, and with which headers; or not at all. */
export type Answer = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | 'hangs up';

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** What it answers next, in order; 204 after that. */
  readonly answers: Answer[];
  close(): Promise<void>;
}

/** A receiver of webhooks on a free port of this machine. */
export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const answers: Answer[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    const answer = answers.shift() ?? { status: 204 };
    if (answer === 'hangs up') request.socket.destroy();
    else response.writeHead(answer.status, answer.headers).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
  };
  return { url, received, answers, close };
}
