import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createSecureContext } from 'node:tls';
import { WhetError } from '../core/errors.ts';
import type { Admission } from './admission.ts';
import { followFile } from './followFile.ts';
import type { HeldRefusals } from './heldRefusals.ts';
import type { ServingLimits, TlsFiles } from './serverOptions.ts';
import type { TrafficLog } from './trafficLog.ts';
import { asksForScores, busy, isLate, isToldLater, late, modelIn, refusal } from './turnedAway.ts';

export interface ListenerOptions {
  readonly limits: ServingLimits;
  readonly admission: Admission;
  /** Hears of each request for scores that was turned away. */
  readonly traffic: Pick<TrafficLog, 'ended'>;
  /** By the connection of whoever is refused. */
  readonly held: HeldRefusals<object>;
  readonly tls: TlsFiles | undefined;
  readonly report: (line: string) => void;
}

/**
 * Node's server below the routes: with its limits, with TLS where there are files for it, and answering a request for scores
 * with 503 before anything is done for it where it would wait too long. Throws `tls.invalid`.
 */
export function httpListener(handler: RequestListener, options: ListenerOptions): Server {
  const { limits, tls } = options;
  const settings = {
    maxHeaderSize: limits.headerBytes,
    requestTimeout: limits.requestMs,
    headersTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.min(1_000, limits.requestMs / 2),
    noDelay: true,
  };
  const guarded = guard(handler, options);
  const server =
    tls === undefined ? createServer(settings, guarded) : tlsServer(settings, guarded, tls, options.report);
  server.maxConnections = limits.connections;
  return server;
}

function guard(handler: RequestListener, { admission, traffic, held }: ListenerOptions): RequestListener {
  const turnAway = (request: IncomingMessage, response: ServerResponse, error: WhetError): void => {
    traffic.ended(modelIn(request), error.code, 0);
    const { status, headers, body } = refusal(request, error);
    const tell = (): void => {
      response.writeHead(status, [...headers, 'content-length', String(Buffer.byteLength(body))]);
      response.end(body);
    };
    if (!isToldLater(error, admission.overloaded)) return void tell();
    // A connection holds one at most, however many requests follow each other there.
    held.tell(request.socket);
    held.hold(request.socket, tell);
  };
  return (request, response) => {
    if (!asksForScores(request)) return handler(request, response);
    const waitedMs = admission.waitedMs();
    if (isLate(request, waitedMs)) return turnAway(request, response, late(waitedMs));
    if (!admission.takes(waitedMs)) return turnAway(request, response, busy);
    // Under way once it has come whole: callers that send slowly would take the places of all others, and keep nothing busy.
    request.once('end', () => {
      if (response.closed) return;
      admission.began();
      response.once('close', admission.ended);
    });
    return handler(request, response);
  };
}

/** A certificate that was renewed is used for the connections from then on. */
function tlsServer(
  settings: object,
  handler: RequestListener,
  files: TlsFiles,
  report: (line: string) => void,
): Server {
  const server = createTlsServer({ ...settings, ...readTls(files) }, handler);
  const following = followFile([files.cert, files.key], report, () => {
    server.setSecureContext(readTls(files));
    report(`the certificate of ${files.cert} is used from now on`);
  });
  server.on('close', () => following.close());
  return server;
}

function readTls({ cert, key }: TlsFiles): { cert: Buffer; key: Buffer } {
  try {
    const read = { cert: readFileSync(cert), key: readFileSync(key) };
    createSecureContext(read);
    return read;
  } catch (error) {
    throw new WhetError('tls.invalid', {
      expected: `a certificate in ${cert} and its key in ${key}`,
      came: String(error),
    });
  }
}
