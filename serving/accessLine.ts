import type { IncomingHttpHeaders } from 'node:http';
import type { AnsweredBy } from './answeredBy.ts';

/** A request that was answered, as both ways to an answer tell it. */
export interface AnsweredRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly ip: string | undefined;
  /** The name of the caller's key. */
  readonly caller: string | undefined;
  readonly answeredBy: AnsweredBy | undefined;
  readonly status: number;
  readonly ms: number;
  readonly bytesOut: number;
}

/** One request as a line of JSON: who asked for what, and how it ended. Never what was sent or answered. */
export function accessLine(request: AnsweredRequest, at: number): string {
  const { method, url, headers, ip, caller, answeredBy, status, ms, bytesOut } = request;
  const id = headers['x-request-id'];
  return JSON.stringify({
    at: new Date(at).toISOString(),
    method,
    path: url.split('?')[0]?.slice(0, longestPath),
    status,
    ms: Number(ms.toFixed(3)),
    bytesIn: Number(headers['content-length'] ?? 0),
    bytesOut,
    ip,
    ...(caller === undefined ? {} : { key: caller }),
    ...answeredBy,
    ...(id === undefined ? {} : { id: String(id).slice(0, 256) }),
  });
}

const longestPath = 200;
