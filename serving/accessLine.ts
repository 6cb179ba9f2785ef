import type { FastifyReply, FastifyRequest } from 'fastify';

/** One request as a line of JSON: who asked for what, and how it ended. Never what was sent or answered. */
export function accessLine(request: FastifyRequest, reply: FastifyReply, at: number): string {
  return JSON.stringify({
    at: new Date(at).toISOString(),
    method: request.method,
    path: request.url.split('?')[0]?.slice(0, longestPath),
    status: reply.statusCode,
    ms: Number(reply.elapsedTime.toFixed(3)),
    bytesIn: Number(request.headers['content-length'] ?? 0),
    bytesOut: Number(reply.getHeader('content-length') ?? 0),
    ip: request.ip,
    ...(request.caller === undefined ? {} : { key: request.caller }),
    ...request.answeredBy,
    ...(request.headers['x-request-id'] === undefined
      ? {}
      : { id: String(request.headers['x-request-id']).slice(0, 256) }),
  });
}

const longestPath = 200;
