import { connect, type Socket } from 'node:net';
import { seededRandom } from '../../core/random.ts';

/**
 * A process that asks at a given rate, whether it is answered or not: node openLoop.ts URL BODY RATE SECONDS CONNECTIONS. Requests
 * fall due as a Poisson process and go out on the first connection that is free; a time counts from when the request was
 * due, so that a server that stalls cannot hide it. It prints one JSON document, `OpenLoopResult`.
 */
export interface OpenLoopResult {
  /** Requests that fell due and went out in a second. */
  readonly offered: number;
  readonly seconds: number;
  /** By the status of the answer. */
  readonly answers: Readonly<Record<string, AnswerTimes>>;
  /** Requests that were due and had no answer at the end. */
  readonly unanswered: number;
}

export interface AnswerTimes {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
  /** The same from when the request was sent: it waits for a connection before that, where all are taken. */
  readonly p99OfSentMs: number;
}

interface Connection {
  readonly socket: Socket;
  dueMs: number;
  sentMs: number;
  text: string;
}

const [url = '', body = '', rate = '1', seconds = '1', connections = '1'] = process.argv.slice(2);
const { hostname, port, pathname } = new URL(url);
const request = Buffer.from(
  `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
);
const lengthHeader = '\r\ncontent-length: ';
const times = new Map<string, Times>();
const free: Connection[] = await Promise.all(Array.from({ length: Number(connections) }, opened));
const due = dueTimes();
const lasts = 1_000 * Number(seconds);
const since = performance.now();
let [fell, answered] = [0, 0];
await asking();
for (const { socket } of free) socket.destroy();
process.stdout.write(JSON.stringify(result()), () => process.exit(0));

/** Ends half a second after the last request fell due. */
function asking(): Promise<void> {
  return new Promise((resolve) => {
    const turn = (): void => {
      const now = performance.now() - since;
      for (let at = due.peek(); at <= now && at < lasts; at = due.peek()) {
        const connection = free.pop();
        if (connection === undefined) break;
        due.take();
        fell += 1;
        connection.dueMs = at;
        connection.sentMs = now;
        connection.socket.write(request);
      }
      if (now > lasts + 500) resolve();
      else setImmediate(turn);
    };
    turn();
  });
}

function dueTimes(): { peek(): number; take(): void } {
  const random = seededRandom(9);
  const gap = (): number => (-1_000 * Math.log(1 - random.next())) / Number(rate);
  let next = gap();
  return {
    peek: () => next,
    take() {
      next += gap();
    },
  };
}

function opened(): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const connection: Connection = { socket, dueMs: 0, sentMs: 0, text: '' };
    socket.setEncoding('latin1').on('error', reject);
    socket.on('connect', () => resolve(connection));
    socket.on('data', (piece: string) => {
      connection.text += piece;
      if (!isWhole(connection.text)) return;
      const status = connection.text.slice(9, 12);
      const now = performance.now() - since;
      const { fromDue, fromSent } = timesOf(status);
      fromDue.push(now - connection.dueMs);
      fromSent.push(now - connection.sentMs);
      answered += 1;
      connection.text = '';
      free.push(connection);
    });
  });
}

/** Looked for without a pattern: at tens of thousands a second the generator must not be what is measured. */
function isWhole(text: string): boolean {
  const head = text.indexOf('\r\n\r\n');
  const length = text.indexOf(lengthHeader);
  return (
    head >= 0 &&
    length >= 0 &&
    text.length >= head + 4 + Number.parseInt(text.slice(length + lengthHeader.length, head + 2), 10)
  );
}

function result(): OpenLoopResult {
  const answers = Object.fromEntries([...times].map(([status, each]) => [status, answerTimes(each)]));
  return { offered: fell / Number(seconds), seconds: Number(seconds), answers, unanswered: fell - answered };
}

interface Times {
  readonly fromDue: number[];
  readonly fromSent: number[];
}

function timesOf(status: string): Times {
  const known = times.get(status) ?? { fromDue: [], fromSent: [] };
  times.set(status, known);
  return known;
}

function answerTimes({ fromDue, fromSent }: Times): AnswerTimes {
  const at = (of: number[], share: number): number => of[Math.floor(share * (of.length - 1))] ?? Number.NaN;
  for (const each of [fromDue, fromSent]) each.sort((a, b) => a - b);
  return {
    perSecond: fromDue.length / Number(seconds),
    p50Ms: at(fromDue, 0.5),
    p99Ms: at(fromDue, 0.99),
    mostMs: at(fromDue, 1),
    p99OfSentMs: at(fromSent, 0.99),
  };
}
