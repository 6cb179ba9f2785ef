import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { openStore } from '../../storage/openStore.ts';
import { credentials } from './s3Server.ts';

/** One answer: status, then the error's code where it is none. */
type Answer = readonly [status: number, code?: string];

const notScripted: Answer = [501, 'NotScripted'];

/** Answers that S3 documents and no small server gives, in the order of a script; what it does not script fails. */
let server: Server;
let store: ObjectStore;
let script: { readonly method: string; readonly answer: Answer }[];
let asked: string[];

beforeEach(async () => {
  Object.assign(process.env, credentials);
  [script, asked] = [[], []];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.headers['if-match'] ?? request.headers['if-none-match'] ?? ''}`.trim());
    const next = script.shift();
    const [status, code] = next !== undefined && next.method === request.method ? next.answer : notScripted;
    request.resume().on('end', () => {
      response.writeHead(status, { etag: '"new"' });
      response.end(
        code === undefined || request.method === 'HEAD'
          ? ''
          : `<Error><Code>${code}</Code><Message>no</Message></Error>`,
      );
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  store = openStore(`s3://scripted?endpoint=http://127.0.0.1:${port}`, 'copies');
});
afterEach(() => new Promise((closed) => void server.close(closed).closeAllConnections()));

function answers(...all: readonly [method: string, ...Answer][]): void {
  script = all.map(([method, ...answer]) => ({ method, answer }));
}

test('409 is asked again, 412 is an answer', async () => {
  answers(['PUT', 409, 'ConditionalRequestConflict'], ['HEAD', 404], ['PUT', 200]);
  expect(await store.create('k', Buffer.from('x'))).toBe(true);
  answers(['PUT', 412, 'PreconditionFailed'], ['HEAD', 200]);
  expect(await store.create('k', Buffer.from('x'))).toBe(false);
  expect(asked).toEqual(['PUT *', 'HEAD', 'PUT *', 'PUT *', 'HEAD']);
});

test('a conflict that another writer has won is not asked again', async () => {
  answers(['PUT', 409, 'ConditionalRequestConflict'], ['HEAD', 200]);
  expect(await store.swap('k', Buffer.from('x'), '"old" writer')).toBeUndefined();
  answers(['PUT', 404, 'NoSuchKey'], ['HEAD', 404]);
  expect(await store.swap('k', Buffer.from('x'), '"old" writer')).toBeUndefined();
  expect(asked).toEqual(['PUT "old"', 'HEAD', 'PUT "old"', 'HEAD']);
});

test('a server that is busy is asked again, one that cannot do it is not', async () => {
  answers(['GET', 503, 'SlowDown'], ['GET', 500, 'InternalError'], ['GET', 404, 'NoSuchKey']);
  expect(await store.read('k')).toBeUndefined();
  answers(['PUT', 501, 'NotImplemented']);
  await expect(store.create('k', Buffer.from('x'))).rejects.toMatchObject({ code: 'storage.refused', outcome: 'stop' });
  expect(asked).toEqual(['GET', 'GET', 'GET', 'PUT *']);
});
