import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frameConnections } from '../../serving/frameConnections.ts';
import type { Taking } from '../../serving/framedConnection.ts';
import { openHeldRefusals } from '../../serving/heldRefusals.ts';
import { openOutbox } from '../../serving/outbox.ts';
import { until } from './fixture.ts';

/** What `/slow` waits for. */
const waiting: (() => void)[] = [];
const routed: string[] = [];
let server: Server;
beforeAll(async () => {
  server = createServer(echo);
  frameConnections(server, {
    take,
    awaits: ({ url }) => url !== '/streamed',
    outbox: openOutbox(),
    held: openHeldRefusals(),
    limits: { headerBytes: 2_000, requestMs: 300, idleMs: 300 },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const take: Taking = (exchange, { url }, body) => {
  const said = answer(`${url} ${body}`);
  if (url === '/fast') exchange.reply(said, 'latin1', false);
  else if (url === '/last') exchange.reply(said, 'latin1', true);
  else if (url === '/later') setImmediate(() => exchange.reply(said, 'latin1', false));
  else if (url === '/slow') waiting.push(() => exchange.reply(said, 'latin1', false));
  else if (url === '/held') exchange.refuse(said, 'latin1', false);
  else if (url === '/given-up') setImmediate(() => exchange.route());
  else exchange.route();
};

function echo(request: IncomingMessage, response: ServerResponse): void {
  let body = '';
  request.setEncoding('latin1').on('data', (piece) => {
    body += piece;
  });
  request.on('end', () => {
    routed.push(body);
    response.sendDate = false;
    response.end(`<${request.url} ${body}>`);
  });
}

const answer = (text: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${text.length + 2}\r\n\r\n<${text}>`;
const post = (url: string, body: string) =>
  `POST ${url} HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const inChunks = (url: string, body: string) =>
  `POST ${url} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
/** Asked last: nothing is kept open after it. */
const last = 'GET /end HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';

const urls = ['/fast', '/later', '/held', '/given-up', '/routed', '/streamed'] as const;
const request = fc.record({
  url: fc.constantFrom(...urls),
  body: fc.oneof(
    fc.string({ minLength: 1, maxLength: 40 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '?')),
    // A body that reads like requests.
    fc.constantFrom(post('/fast', 'within'), last, 'POST /fast HTTP/1.1\r\n', '\r\n\r\n'),
  ),
  chunked: fc.nat(9).map((each) => each === 0),
});

test('requests in whatever pieces are answered each once, in their order', async () => {
  const cuts = fc.array(fc.nat(400), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 8 }), cuts, async (requests, places) => {
      const bytes = requests.map(({ url, body, chunked }) => (chunked ? inChunks : post)(url, body)).join('') + last;
      const said = await saidTo(piecesOf(bytes, places));
      const expected = requests.map(({ url, body }) => `<${url} ${body}>`);
      expect(bodies(said)).toEqual([...expected, '</end >']);
    }),
    { numRuns: 150 },
  );
}, 60_000);

describe('one connection', () => {
  test('goes to Node and back, request by request', async () => {
    const before = routed.length;
    const asked = opened();
    for (const url of ['/fast', '/routed', '/fast', '/held', '/routed', '/later']) {
      expect(await asked(post(url, 'body'))).toContain(`<${url} body>`);
    }
    expect(routed.length - before).toBe(2);
  });

  test('that sends two requests while the first is scored has both answered in order', async () => {
    const asked = opened();
    const both = asked(post('/slow', 'first') + post('/fast', 'second'), '</fast second>');
    await until(() => waiting.length === 1);
    waiting.pop()?.();
    expect(await both).toMatch(/<\/slow first>.*<\/fast second>/s);
  });

  test('that says no more is answered to the end, and ended', async () => {
    const socket = connect({ port: (server.address() as AddressInfo).port, allowHalfOpen: true });
    socket.end(post('/fast', 'a') + post('/held', 'b') + post('/later', 'c'));
    expect(bodies(await whole(socket))).toEqual(['</fast a>', '</held b>', '</later c>']);
  });

  test('ends with an answer that is its last', async () => {
    const socket = connect({ port: (server.address() as AddressInfo).port });
    socket.write(post('/last', 'a') + post('/fast', 'never'));
    expect(bodies(await whole(socket))).toEqual(['</last a>']);
  });

  test('that stops within a request is told so in time, and one that says nothing is closed', async () => {
    const [partly, body, silent] = await Promise.all(
      ['POST /fast HTT', post('/fast', 'abc').slice(0, -1), ''].map((bytes) => {
        const socket = connect({ port: (server.address() as AddressInfo).port });
        socket.write(bytes);
        return whole(socket);
      }),
    );
    expect([partly, body].map((said) => said?.slice(9, 12))).toEqual(['408', '408']);
    expect(silent).toBe('');
  });

  test.each([
    ['what is no HTTP', '\x16\x03\x01\x02', 400],
    ['two lengths', 'POST /fast HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', 400],
    [
      'a length and chunks',
      'POST /fast HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\na',
      400,
    ],
    ['a space before the colon', 'POST /fast HTTP/1.1\r\nhost: x\r\ncontent-length : 1\r\n\r\na', 400],
    ['a line that goes on', 'POST /fast HTTP/1.1\r\nhost: x\r\nx: a\r\n b\r\ncontent-length: 1\r\n\r\na', 400],
    ['a line feed alone', 'POST /fast HTTP/1.1\r\nhost: x\nx: y\r\ncontent-length: 1\r\n\r\na', 400],
    ['no host', 'POST /fast HTTP/1.1\r\ncontent-length: 1\r\n\r\na', 400],
    ['too long a head', `POST /fast HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(70_000)}\r\n\r\n`, 431],
  ])('with %s is for Node to judge', async (_, bytes, status) => {
    const socket = connect({ port: (server.address() as AddressInfo).port });
    socket.write(bytes, 'latin1');
    expect((await whole(socket)).slice(9, 12)).toBe(String(status));
  });

  test('is not read from while it does not read', async () => {
    const socket = connect({ port: (server.address() as AddressInfo).port }).pause();
    const flood = post('/fast', 'x'.repeat(1_000)).repeat(1_000);
    let [taken, isFull] = [0, false];
    // Until neither side's buffers take any more: then a piece is not written through.
    while (!isFull && taken < 200) {
      taken += 1;
      isFull = !(await Promise.race([
        new Promise<boolean>((resolve) => socket.write(flood, () => resolve(true))),
        new Promise<boolean>((resolve) => setTimeout(resolve, 1_000, false)),
      ]));
    }
    expect(isFull).toBe(true);
    socket.destroy();
  }, 60_000);
});

test('a server that closes leaves those who are being answered, and no others', async () => {
  const own = createServer(echo);
  frameConnections(own, {
    take,
    awaits: () => true,
    outbox: openOutbox(),
    held: openHeldRefusals(),
    limits: { headerBytes: 2_000, requestMs: 10_000, idleMs: 10_000 },
  });
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
  const { port } = own.address() as AddressInfo;
  const [idle, busy] = [connect({ port }), connect({ port })];
  await new Promise((resolve) => idle.once('data', resolve).write(post('/fast', 'a')));
  busy.write(post('/slow', 'b'));
  await until(() => waiting.length === 1);
  const closed = new Promise((resolve) => own.close(resolve));
  await whole(idle);
  const said = new Promise<string>((resolve) => busy.once('data', (piece) => resolve(String(piece))));
  waiting.pop()?.();
  expect(await said).toContain('</slow b>');
  busy.end();
  await closed;
});

function piecesOf(bytes: string, places: readonly number[]): string[] {
  const cuts = [0, ...places.map((place) => place % bytes.length).sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((cut, at) => bytes.slice(cuts[at], cut));
}

/** Each piece is written once the server has read the one before, as far as it reads. */
async function saidTo(pieces: readonly string[]): Promise<string> {
  const socket = connect({ port: (server.address() as AddressInfo).port, noDelay: true });
  const all = whole(socket);
  for (const piece of pieces) {
    await new Promise((resolve) => socket.write(piece, 'latin1', resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return all;
}

function whole(socket: Socket): Promise<string> {
  let said = '';
  socket.setEncoding('latin1').on('data', (piece: string) => {
    said += piece;
  });
  socket.on('error', () => undefined);
  return new Promise((resolve) => socket.on('close', () => resolve(said)).on('end', () => socket.end()));
}

/** The bodies of answers, in their order. */
function bodies(said: string): string[] {
  const found: string[] = [];
  for (let rest = said; rest !== ''; ) {
    const end = rest.indexOf('\r\n\r\n') + 4;
    const length = Number(/content-length: (\d+)/i.exec(rest.slice(0, end))?.[1]);
    found.push(rest.slice(end, end + length));
    rest = rest.slice(end + length);
  }
  return found;
}

/** Writes, and reads until the answer ends as is told. */
function opened(): (bytes: string, end?: string) => Promise<string> {
  const socket = connect({ port: (server.address() as AddressInfo).port, noDelay: true });
  return (bytes, end = '>') =>
    new Promise((resolve) => {
      let text = '';
      const read = (piece: Buffer): void => {
        text += piece.toString();
        if (!text.endsWith(end)) return;
        socket.off('data', read);
        resolve(text);
      };
      socket.on('data', read);
      socket.write(bytes);
    });
}
