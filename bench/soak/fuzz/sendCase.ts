import { type Agent, request } from 'node:http';
import type { FuzzCase } from './fuzzCase.ts';

export interface FuzzReply {
  readonly status: number;
  /** Its JSON; undefined where it is none. */
  readonly body: unknown;
}

/** Milliseconds after which a request that is not answered hangs. */
const patienceMs = 30_000;

/** Sends a request and gives what came back. Rejects where the connection breaks, or nothing comes in time. */
export function sendCase(agent: Agent, url: string, { method, path, headers, body }: FuzzCase): Promise<FuzzReply> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const call = request({
      hostname,
      port,
      method,
      path,
      agent,
      timeout: patienceMs,
      headers: { ...headers, 'content-length': body.length },
    });
    call.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const jsonBytes = Number(response.headers['inference-header-content-length'] ?? Number.POSITIVE_INFINITY);
        resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).subarray(0, jsonBytes)) });
      });
    });
    call.on('timeout', () => call.destroy(new Error(`no answer in ${patienceMs} ms`)));
    call.on('error', reject);
    call.end(body);
  });
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
