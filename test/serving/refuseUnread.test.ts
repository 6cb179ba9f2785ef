import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refuseUnread } from '../../serving/refuseUnread.ts';
import { until } from './fixture.ts';

const refusal = Buffer.from('HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\n\r\nno');
const post = (body: string) => `POST /predict/x HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

let server: Server;
let needed = true;
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece) => {
      body += piece;
    });
    request.on('end', () => response.end(`read ${body}.`));
  });
  refuseUnread(server, {
    needed: () => needed,
    refuses: (head) => (head.startsWith('POST /predict/') ? refusal : undefined),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('a request that comes whole is refused unread, as often as it comes', async () => {
  const asked = await opened();
  expect(await asked(post('{"a":1}'), 'no')).toMatch(/^HTTP\/1\.1 503/);
  expect(await asked(post('{"a":2}'), 'no')).toMatch(/^HTTP\/1\.1 503/);
  expect(await asked('GET / HTTP/1.1\r\nhost: x\r\n\r\n', 'read .')).toMatch(/^HTTP\/1\.1 200/);
  expect(await asked(post('{"a":3}'), 'no')).toMatch(/^HTTP\/1\.1 503/);
});

test('a refusal that is held is told before what follows it, and before the end of who says no more', async () => {
  const asked = await opened();
  const both = await asked([post('{"a":1}'), 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'], 'read .');
  expect(both).toMatch(/^HTTP\/1\.1 503.*noHTTP\/1\.1 200/s);
  const socket = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, allowHalfOpen: true });
  const said = answer(socket, 'no');
  socket.end(post('{"a":2}'));
  expect(await said).toMatch(/^HTTP\/1\.1 503/);
});

test('a body that reads like a request is a body, and from then on all is read', async () => {
  const asked = await opened();
  const inner = post('within');
  const head = `POST /other HTTP/1.1\r\nhost: x\r\ncontent-length: ${inner.length}\r\n\r\n`;
  expect(await asked([head, inner], `read ${inner}.`)).toMatch(/^HTTP\/1\.1 200/);
  expect(await asked(post('next'), 'read next.')).toMatch(/^HTTP\/1\.1 200/);
});

test('two requests in one piece, and one without a length of its body, are read', async () => {
  const asked = await opened();
  expect(await asked(post('one') + post('two'), 'read two.')).toContain('read one.');
  const chunked = 'POST /predict/x HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n';
  expect(await (await opened())(chunked, 'read abc.')).toMatch(/^HTTP\/1\.1 200/);
});

test('who was there before there was a need is read until it is seen to be in step', async () => {
  needed = false;
  const [inStep, outOfStep] = [await opened(), await opened()];
  expect(await inStep(post('calm'), 'read calm.')).toMatch(/^HTTP\/1\.1 200/);
  const head = 'GET / HTTP/1.1\r\nhost: x\r\n';
  expect(await outOfStep([post('calm') + head], 'read calm.')).toMatch(/^HTTP\/1\.1 200/);
  needed = true;
  // With the first it is looked for, with the second it is seen.
  for (const body of ['first', 'second']) expect(await inStep(post(body), `read ${body}.`)).toMatch(/^HTTP\/1\.1 200/);
  expect(await inStep(post('third'), 'no')).toMatch(/^HTTP\/1\.1 503/);
  expect(await outOfStep([`x: ${post('need')}`], 'read need.')).toMatch(/^HTTP\/1\.1 200/);
  expect(await outOfStep(post('seen'), 'read seen.')).toMatch(/^HTTP\/1\.1 200/);
  expect(await outOfStep(post('next'), 'no')).toMatch(/^HTTP\/1\.1 503/);
}, 20_000);

/** Writes pieces, each once the server has had the one before, and reads until the answer ends as is told. */
async function opened(): Promise<(pieces: string | readonly string[], end: string) => Promise<string>> {
  const socket = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, noDelay: true });
  const [taken] = (await once(server, 'connection')) as [Socket];
  let written = 0;
  return async (pieces, end) => {
    const said = answer(socket, end);
    for (const piece of [pieces].flat()) {
      socket.write(piece);
      written += piece.length;
      await until(() => taken.bytesRead === written);
    }
    return said;
  };
}

function answer(socket: Socket, end: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const read = (piece: Buffer): void => {
      text += piece.toString();
      if (!text.includes(end)) return;
      socket.off('data', read);
      resolve(text);
    };
    socket.on('data', read);
  });
}
