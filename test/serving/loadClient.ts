import { Agent, request } from 'node:http';

/** What one connection saw, in its order: runs of answers of one epoch. */
export interface Seen {
  readonly epoch: number;
  readonly version: number;
  readonly digest: string;
  answers: number;
}

export type ClientMessage =
  | { readonly kind: 'progress'; readonly answered: number }
  | { readonly kind: 'done'; readonly failures: readonly string[]; readonly connections: readonly (readonly Seen[])[] };

/**
 * A process that sends requests as fast as its connections take them: node loadClient.ts URL BODY REQUESTS CONNECTIONS.
 * It sends so many and goes on until its parent says `enough`. It tells its parent each `progressEvery` answers, and in the
 * end what every connection saw.
 */
const [url = '', body = '', requests = '0', connections = '1'] = process.argv.slice(2);
const progressEvery = 500;
let left = Number(requests);
let answered = 0;
let enough = false;
process.once('message', () => {
  enough = true;
});
const failures: string[] = [];
const seen = await Promise.all(Array.from({ length: Number(connections) }, connection));
process.send?.({ kind: 'done', failures, connections: seen } satisfies ClientMessage, () => process.disconnect());

async function connection(): Promise<Seen[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const runs: Seen[] = [];
  while (left > 0 || !enough) {
    left -= 1;
    await once(agent, runs).catch((error: unknown) => failures.push(String(error)));
    answered += 1;
    if (answered % progressEvery === 0) process.send?.({ kind: 'progress', answered } satisfies ClientMessage);
  }
  agent.destroy();
  return runs;
}

async function once(agent: Agent, runs: Seen[]): Promise<void> {
  const { status, text } = await sent(agent);
  if (status !== 200) throw new Error(`${status} ${text}`);
  const { epoch, version, digest, score } = JSON.parse(text);
  if (typeof score !== 'number') throw new Error(`no score in ${text}`);
  const last = runs.at(-1);
  if (last !== undefined && last.epoch === epoch && last.version === version && last.digest === digest)
    last.answers += 1;
  else runs.push({ epoch, version, digest, answers: 1 });
}

function sent(agent: Agent): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}
