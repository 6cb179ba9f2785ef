import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOutbox } from '../../serving/outbox.ts';

const server = createServer();
let socket: Socket;
let caller: Socket;
beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  caller = connect((server.address() as { port: number }).port, '127.0.0.1');
  [socket] = await once(server, 'connection');
});
afterEach(async () => {
  caller.destroy();
  socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const now = { ms: 100 };
const opened = () => {
  const outbox = openOutbox(() => now.ms);
  outbox.open();
  return { put: (text: string, isLast = false) => outbox.put(socket, text, 'latin1', isLast) };
};

test('answers of a turn go out at its end', async () => {
  const { put } = opened();
  for (const text of ['a', 'b', 'c']) put(text);
  expect(socket.bytesWritten).toBe(0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(socket.bytesWritten).toBe(3);
});

test('sixteen go out at once', () => {
  const { put } = opened();
  for (let n = 1; n < 16; n += 1) put('x');
  expect(socket.bytesWritten).toBe(0);
  put('x');
  expect(socket.bytesWritten).toBe(16);
});

test('none waits for longer than half a millisecond for the next', () => {
  const { put } = opened();
  put('a');
  now.ms += 0.4;
  put('b');
  expect(socket.bytesWritten).toBe(0);
  now.ms += 0.2;
  put('c');
  expect(socket.bytesWritten).toBe(3);
  put('d');
  expect(socket.bytesWritten).toBe(3);
});

test('the last of a connection does not wait', () => {
  const { put } = opened();
  put('a', true);
  expect(socket.bytesWritten).toBe(1);
});
