import { STATUS_CODES } from 'node:http';

/** The beginning of an answer, to which further headers may be added: what Node's server writes for each. */
export function responseHead(status: number, bytes: number, keepAliveMs: number, isLast: boolean): string {
  const stay = isLast ? 'connection: close' : `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveMs / 1_000}`;
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nDate: ${dateText()}\r\n${stay}\r\ncontent-length: ${bytes}\r\n`;
}

let [second, text] = [Number.NaN, ''];

/** Of this second (RFC 9110, section 5.6.7). */
function dateText(): string {
  const now = Math.floor(Date.now() / 1_000);
  if (now !== second) [second, text] = [now, new Date(now * 1_000).toUTCString()];
  return text;
}
