import { connect } from 'node:net';

/**
 * A process that asks as fast as its connections are answered: node loadClient.ts URL BODY SECONDS CONNECTIONS. It
 * prints one JSON document: answers a second, the 99th percentile of their times in milliseconds, and failures. Plain
 * sockets, one request at a time each: an HTTP client would use up the core that the server needs.
 */
const [url = '', body = '', seconds = '1', connections = '1'] = process.argv.slice(2);
const { hostname, port, pathname } = new URL(url);
const request = Buffer.from(
  `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
);
const times: number[] = [];
let failures = 0;
const since = performance.now();
const until = since + 1_000 * Number(seconds);
await Promise.all(Array.from({ length: Number(connections) }, connection));
const taken = (performance.now() - since) / 1_000;
times.sort((a, b) => a - b);
const p99 = times[Math.floor(times.length * 0.99)] ?? Number.NaN;
process.stdout.write(JSON.stringify({ perSecond: times.length / taken, p99Ms: p99, failures }));

function connection(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    let asked = 0;
    let text = '';
    const ask = (): void => {
      if (performance.now() >= until) return void socket.end(resolve);
      asked = performance.now();
      text = '';
      socket.write(request);
    };
    socket.setEncoding('latin1').on('connect', ask).on('error', reject);
    socket.on('close', () => reject(new Error(`the server at ${url} closed a connection`)));
    socket.on('data', (piece: string) => {
      text += piece;
      if (!isWhole(text)) return;
      times.push(performance.now() - asked);
      if (!text.startsWith('HTTP/1.1 200')) failures += 1;
      ask();
    });
  });
}

function isWhole(text: string): boolean {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head + 2))?.[1];
  return length !== undefined && text.length >= head + 4 + Number(length);
}
