import type { IncomingHttpHeaders } from 'node:http';

/** The head of a request, of which it is certain where it and its body end. */
export interface RequestHead {
  readonly method: string;
  /** As the caller wrote it, with its query. */
  readonly url: string;
  /** By their names in lower case, each once. */
  readonly headers: IncomingHttpHeaders;
  /** The head as it came, with the empty line after it. */
  readonly bytes: Buffer;
  readonly bodyBytes: number;
}

/**
 * The head at the beginning of `bytes`; `more` where its end has not come yet. Undefined for whatever else than an HTTP/1.1 request with a
 * head of at most `mostBytes`, at most one length, no other framing, and headers that stand there once: what such bytes mean,
 * and where they end, is for a whole parser to say (RFC 9112, sections 3 to 6).
 */
export function readHead(bytes: Buffer, mostBytes: number): RequestHead | 'more' | undefined {
  const end = bytes.indexOf(endOfHead);
  if (end < 0 && bytes.length < mostBytes && mayBegin(bytes)) return 'more';
  if (end < 0 || end + endOfHead.length > mostBytes) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const [, method, url] = requestLine.exec(first) ?? [];
  const headers = method === undefined ? undefined : headersOf(lines);
  if (method === undefined || url === undefined || headers === undefined || !isFramed(headers)) return undefined;
  const bodyBytes = Number(headers['content-length'] ?? 0);
  return { method, url, headers, bytes: Buffer.from(bytes.subarray(0, end + endOfHead.length)), bodyBytes };
}

/** Whether the bytes may be the beginning of a request line. */
function mayBegin(bytes: Buffer): boolean {
  return beginning.test(bytes.toString('latin1', 0, 10));
}

const beginning = /^[A-Z]{1,7}(?: |$)/;
const endOfHead = Buffer.from('\r\n\r\n');
const requestLine = /^(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH) (\/[\x21-\x7e]*) HTTP\/1\.1$/;
const headerLine =
  /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?[ \t]*$/;

function headersOf(lines: readonly string[]): IncomingHttpHeaders | undefined {
  const headers: Record<string, string> = Object.create(null);
  for (const line of lines) {
    const [, name, value = ''] = headerLine.exec(line) ?? [];
    const known = name?.toLowerCase();
    if (known === undefined || headers[known] !== undefined) return undefined;
    headers[known] = value;
  }
  return headers;
}

/** Whether the request ends where its length says, and the connection stays after it. */
function isFramed(headers: IncomingHttpHeaders): boolean {
  const { host, connection = 'keep-alive', 'content-length': length = '0' } = headers;
  if (host === undefined || connection.toLowerCase() !== 'keep-alive' || !/^\d{1,15}$/.test(length)) return false;
  return !otherFraming.some((name) => headers[name] !== undefined);
}

const otherFraming = ['transfer-encoding', 'expect', 'upgrade', 'te', 'trailer'] as const;
