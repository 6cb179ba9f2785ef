import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createSecureContext } from 'node:tls';
import { catalogue, WhetError } from '../core/errors.ts';
import type { Admission } from './admission.ts';
import { followFile } from './followFile.ts';
import { refuseUnread } from './refuseUnread.ts';
import type { ServingLimits, TlsFiles } from './serverOptions.ts';
import type { TrafficLog } from './trafficLog.ts';

export interface ListenerOptions {
  readonly limits: ServingLimits;
  readonly admission: Admission;
  /** Hears of each request for scores that was turned away. */
  readonly traffic: Pick<TrafficLog, 'ended'>;
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
  if (tls === undefined) {
    const { admission } = options;
    refuseUnread(server, { needed: () => admission.overloaded, refuses: (head) => unread(head, options) });
  }
  return server;
}

/** Seconds after which a caller that was turned away may come again. */
const retryAfterSeconds = 1;

function guard(handler: RequestListener, { admission, traffic }: ListenerOptions): RequestListener {
  const turnAway = (request: IncomingMessage, response: ServerResponse, error: WhetError): void => {
    traffic.ended(modelIn(request.url ?? ''), error.code, 0);
    refuse(request, response, error);
  };
  return (request, response) => {
    if (!asksForScores(request)) return handler(request, response);
    const waitedMs = admission.waitedMs();
    if (isLate(request, waitedMs)) return turnAway(request, response, late(waitedMs));
    if (!admission.takes(waitedMs)) return turnAway(request, response, busy);
    admission.began();
    response.once('close', admission.ended);
    return handler(request, response);
  };
}

/** While a queue stands: the answer to a request that waited too long. One that did not is asked about again below. */
function unread(head: string, { admission, traffic }: ListenerOptions): Buffer | undefined {
  const [asked, path] = scoresHead.exec(head) ?? [];
  if (asked === undefined || admission.takes(admission.waitedMs())) return undefined;
  traffic.ended(modelIn(head), busy.code, 0);
  return path === undefined ? busyInfer : busyPredict;
}

/** Made once: at the time when it is needed there is none for a stack trace. */
export const busy = new WhetError('server.busy', {
  expected: 'a request that can be answered in time',
  came: 'more than this process can answer',
});

const scoresHead = /^POST \/(?:(predict)\/|v2\/models\/[^ ?]+\/infer\/?[ ?])/;

/** As the caller wrote it, in a URL or in the first line of a request. */
function modelIn(text: string): string {
  return /^(?:POST )?\/(?:predict|v2\/models)\/([^/? ]+)/.exec(text)?.[1] ?? '';
}

const busyPredict = busyAnswer('/predict');
const busyInfer = busyAnswer('/v2/models');

function busyAnswer(url: string): Buffer {
  const body = refusalBody(url, busy);
  const head = `HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`;
  return Buffer.from(`${head}\r\nretry-after: ${retryAfterSeconds}\r\n\r\n${body}`);
}

const scoresUrl = /^\/(?:predict\/|v2\/models\/[^?]+\/infer\/?(?:\?|$))/;

/**
 * Health, metrics and releases are always answered: whoever looks after an overloaded server needs them. Labels are always
 * taken: they are few, and nobody waits for them to be scored.
 */
function asksForScores({ method, url = '' }: IncomingMessage): boolean {
  return method === 'POST' && scoresUrl.test(url);
}

/** Milliseconds that a caller gives for the answer. */
const deadlineHeader = 'x-whet-deadline-ms';

/** What is no deadline is for the route to refuse. */
function isLate({ headers }: IncomingMessage, waitedMs: number): boolean {
  const deadline = headers[deadlineHeader];
  const deadlineMs = deadline === '' ? Number.NaN : Number(deadline);
  return deadlineMs >= 0 && deadlineMs <= waitedMs;
}

function late(waitedMs: number): WhetError {
  const came = `one that had waited for ${Math.ceil(waitedMs)} ms`;
  return new WhetError('request.late', {
    expected: `a request that reaches the server within its ${deadlineHeader}`,
    came,
  });
}

function refuse({ url = '' }: IncomingMessage, response: ServerResponse, error: WhetError): void {
  const body = refusalBody(url, error);
  const status = catalogue[error.code].http;
  const headers = ['content-type', 'application/json', 'content-length', String(Buffer.byteLength(body))];
  if (status === 503) headers.push('retry-after', String(retryAfterSeconds));
  response.writeHead(status, headers);
  response.end(body);
}

function refusalBody(url: string, { code, message }: WhetError): string {
  return JSON.stringify(url.startsWith('/predict') ? { error: message, code } : { error: message });
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
