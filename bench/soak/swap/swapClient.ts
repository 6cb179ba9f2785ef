import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { ClientReport, SeenAnswers } from './swapReport.ts';

/**
 * A process that asks as fast as it is answered, with two addresses and one retry: node swapClient.ts URL URL PATH BODY
 * CONNECTIONS. It tells its parent now and then how many were answered, goes on until it is told to end, and then tells what
 * it saw. Plain sockets, one request at a time each: an HTTP client would use up the cores that the servers need.
 */
const [first = '', second = '', path = '', body = '', connections = '1'] = process.argv.slice(2);
const urls = [first, second];
/** After a failure the other address is asked first for so long. */
const avoidMs = 250;
/** After a refusal for want of room it is asked again. */
const shedMs = 20;
const request = Buffer.from(
  `POST ${path} HTTP/1.1\r\nhost: soak\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
);
const seen = new Map<string, SeenAnswers>();
const retried: ClientReport['retried'][number][] = [];
const failures: string[] = [];
let [answered, shed, ended] = [0, 0, false];
process.once('message', () => {
  ended = true;
});
const telling = setInterval(() => process.send?.({ answered }), 50);
await Promise.all(Array.from({ length: Number(connections) }, (_, at) => caller(at)));
clearInterval(telling);
const report: ClientReport = { answered, shed, failures, retried, seen: [...seen.values()] };
process.send?.({ answered, report }, () => process.disconnect());

async function caller(at: number): Promise<void> {
  const lines: (Line | undefined)[] = [undefined, undefined];
  let [avoided, until] = [-1, 0];
  while (!ended) {
    const preferred = avoided === at % 2 && Date.now() < until ? 1 - (at % 2) : at % 2;
    const began = Date.now();
    for (const [attempt, address] of [preferred, 1 - preferred].entries()) {
      try {
        lines[address] ??= openLine(urls[address] ?? '');
        note(await patiently(lines[address]), began, at);
        // A line that is not used is closed by the server in the very moment in which it is needed.
        lines[1 - address]?.end();
        lines[1 - address] = undefined;
        break;
      } catch (error) {
        lines[address] = undefined;
        [avoided, until] = [address, Date.now() + avoidMs];
        const why = error instanceof Error ? error.message : String(error);
        if (attempt === 0) retried.push({ address, began, failed: Date.now(), why });
        else failures.push(why);
      }
    }
    answered += 1;
  }
  for (const line of lines) line?.end();
}

/** A process that has too much to do says so at once: that is no failure, and is asked again. */
async function patiently(line: Line): Promise<string> {
  for (;;) {
    const answer = await line.ask();
    if (answer.status === 200) return answer.body;
    if (!answer.body.includes('server.busy')) throw new Error(`${answer.status} ${answer.body}`);
    shed += 1;
    await pause(shedMs);
  }
}

/** Requests begin one after the other on a connection; so the last one with an epoch began before the next epoch's. */
function note(text: string, began: number, connection: number): void {
  const [epoch, version] = [numberIn(text, 'epoch'), numberIn(text, 'version')];
  const variant = /"variant":"([^"]*)"/.exec(text)?.[1] ?? '';
  const session = /"predictionId":"([^"-]*)-/.exec(text)?.[1] ?? '';
  if (!/"score":[0-9.e-]+/.test(text)) throw new Error(`no score in ${text}`);
  const key = `${connection}|${session}|${epoch}|${variant}|${version}`;
  const known = seen.get(key);
  if (known === undefined)
    seen.set(key, { connection, session, epoch, variant, version, answers: 1, began, last: began });
  else seen.set(key, { ...known, answers: known.answers + 1, last: began });
}

function numberIn(text: string, field: string): number {
  return Number(new RegExp(`"${field}":(\\d+)`).exec(text)?.[1]);
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Line {
  ask(): Promise<Answer>;
  end(): void;
}

function openLine(url: string): Line {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true }).setEncoding('latin1');
  let [text, gone] = ['', ''];
  let asking: PromiseWithResolvers<Answer> | undefined;
  const lost = (why: string): void => {
    gone ||= why;
    asking?.reject(new Error(gone));
    asking = undefined;
  };
  socket.on('error', (error) => lost(String((error as NodeJS.ErrnoException).code)));
  socket.on('close', () => lost('closed'));
  socket.on('data', (piece: string) => {
    text += piece;
    const answer = wholeAnswer(text);
    if (answer === undefined) return;
    if (/\r\nconnection: *close/i.test(text)) leave(socket, lost);
    text = '';
    asking?.resolve(answer);
    asking = undefined;
  });
  return {
    ask() {
      asking = Promise.withResolvers<Answer>();
      const { promise } = asking;
      if (gone !== '') lost(gone);
      else socket.write(request);
      return promise;
    },
    end: () => void socket.destroy(),
  };
}

function leave(socket: Socket, lost: (why: string) => void): void {
  socket.end();
  queueMicrotask(() => lost('the server asked to leave'));
}

function wholeAnswer(text: string): Answer | undefined {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head + 2))?.[1]);
  if (!(text.length >= head + 4 + length)) return undefined;
  return { status: Number(text.slice(9, 12)), body: text.slice(head + 4, head + 4 + length) };
}
