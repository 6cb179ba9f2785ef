import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as it came. */
export interface ReceivedMessage {
  /** `webhook-id`. */
  readonly id: string;
  /** Whether its signature is that of the secret, as Standard Webhooks says (https://www.standardwebhooks.com). */
  readonly valid: boolean;
  readonly body: string;
  /** Milliseconds UTC. */
  readonly at: number;
  /** What it was answered. */
  readonly status: number;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly secret: string;
  readonly messages: readonly ReceivedMessage[];
  /** Ends when the next message has come, which is not answered yet. */
  arrival(): Promise<void>;
  close(): Promise<void>;
}

export interface ReceiverOptions {
  /** 24 to 64 bytes. */
  readonly key: Buffer;
  /** The status for a message, of which so many came before. */
  readonly answer: (before: number) => number;
  /** How long a message waits for its answer: somebody may be killed meanwhile. */
  readonly thinksMs?: number;
}

/** Takes webhooks over real HTTP, and keeps each as it came. */
export async function openReceiver({ key, answer, thinksMs = 0 }: ReceiverOptions): Promise<WebhookReceiver> {
  const messages: ReceivedMessage[] = [];
  let arrived = Promise.withResolvers<void>();
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await textOf(request);
    const id = headerOf(request, 'webhook-id');
    const status = answer(messages.length);
    messages.push({ id, valid: isSigned(request, id, body, key), body, at: Date.now(), status });
    arrived.resolve();
    arrived = Promise.withResolvers();
    setTimeout(() => response.writeHead(status).end(), thinksMs);
  };
  // A sender that is killed in the middle of a message has sent none.
  const server = createServer((request, response) => void take(request, response).catch(() => response.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
    secret: `whsec_${key.toString('base64')}`,
    messages,
    arrival: () => arrived.promise,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

function isSigned(request: IncomingMessage, id: string, body: string, key: Buffer): boolean {
  const told = `${id}.${headerOf(request, 'webhook-timestamp')}.${body}`;
  const expected = Buffer.from(`v1,${createHmac('sha256', key).update(told).digest('base64')}`);
  const came = Buffer.from(headerOf(request, 'webhook-signature'));
  return came.length === expected.length && timingSafeEqual(came, expected);
}

function headerOf({ headers }: IncomingMessage, name: string): string {
  return String(headers[name] ?? '');
}
