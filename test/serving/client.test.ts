import { createServer, type IncomingMessage, type Server as NodeServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { flightDelays } from '../../pipelines/flight-delays.ts';
import { openClient } from '../../serving/client.ts';
import type { Server } from '../../serving/server.ts';
import { freePort } from '../../workers/freePort.ts';
import { goodRow, openWorkbench, pipeline, putVersion, route, scoreOf, type Workbench } from './fixture.ts';

describe('a client of a real server', () => {
  let bench: Workbench;
  let server: Server;
  let dead: string;
  beforeAll(async () => {
    bench = await openWorkbench();
    await route(bench.store, 1, await putVersion(bench.store, 1));
    server = await bench.open();
    dead = `http://127.0.0.1:${await freePort()}`;
  });
  afterAll(() => bench.close());

  test('one address dead: its callers see no failure', async () => {
    const client = openClient<typeof flightDelays>('flight-delays', { addresses: [dead, `${server.url}/`] });
    const row = { ...goodRow, date: new Date(goodRow.date) };
    const one = await client.predict(row, { id: 'mine' });
    expect(one).toMatchObject({
      answer: 'late',
      version: 1,
      id: 'mine',
      score: expect.closeTo(scoreOf(1, 12, 733, 'ORD'), 5),
    });
    const { predictions } = await client.predict([row, { ...row, origin: 'LAX' }]);
    expect(predictions).toHaveLength(2);
    const labels = predictions.map(({ predictionId }) => ({ predictionId, label: true, labelAt: new Date(0) }));
    expect(await client.feedback([...labels, ...labels])).toEqual({ stored: 2, repeated: 2 });
    // @ts-expect-error: a column is missing
    await expect(client.predict({ date: 0 })).rejects.toThrow(
      /^row.missing-column: expected the columns 'destination'/,
    );
  });

  test('a refusal is the error that the server names, and is not tried again', async () => {
    const client = openClient(pipeline, { addresses: [server.url, dead] });
    await expect(client.predict({ ...goodRow, distance: 'far' })).rejects.toMatchObject({
      code: 'row.wrong-value',
      message: expect.stringMatching(/^row.wrong-value: expected a whole number.*"far" in row 0\. Send a row such as/),
    });
    await expect(openClient('other', { addresses: [server.url] }).predict(goodRow)).rejects.toMatchObject({
      code: 'model.unknown',
    });
  });

  test('all addresses dead: client.no-answer, with the reason', async () => {
    const client = openClient(pipeline, { addresses: [dead] });
    await expect(client.predict(goodRow)).rejects.toThrow(
      /^client.no-answer: expected an answer from http.*ECONNREFUSED/,
    );
    expect(() => openClient(pipeline, { addresses: [] })).toThrow('input.invalid');
  });
});

describe('a client of a server that fails', () => {
  let scripted: NodeServer | undefined;
  afterEach(() => scripted?.close());
  const start = async (answer: (request: IncomingMessage, response: ServerResponse, at: number) => void) => {
    let requests = 0;
    const made = createServer((request, response) => answer(request, response, requests++));
    scripted = made;
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
  };
  const answered = (response: ServerResponse, status: number, body: unknown, headers = {}) =>
    response.writeHead(status, headers).end(JSON.stringify(body));

  test('503 is tried again: elsewhere at once, the only address after its Retry-After', async () => {
    const url = await start((_, response, at) =>
      at === 0
        ? answered(response, 503, { error: 'busy' }, { 'retry-after': '1' })
        : answered(response, 200, { at: Date.now() }),
    );
    const began = Date.now();
    const { at } = (await openClient(pipeline, { addresses: [url] }).predict(goodRow)) as unknown as { at: number };
    expect(at - began).toBeGreaterThanOrEqual(990);
  });

  test('what is left of the deadline is told, with the caller’s headers; then it is client.too-late', async () => {
    const told: IncomingMessage['headers'][] = [];
    const url = await start(({ headers }, response) => {
      told.push(headers);
      if (headers['x-whet-customer'] === '42') answered(response, 200, {});
    });
    const client = openClient(pipeline, {
      addresses: [url],
      deadlineMs: 100,
      headers: { authorization: 'Bearer key' },
    });
    await client.predict(goodRow, { metadata: { customer: '42' }, deadlineMs: 5_000 });
    expect(told[0]).toMatchObject({ authorization: 'Bearer key', 'content-type': 'application/json' });
    expect(Number(told[0]?.['x-whet-deadline-ms'])).toBeGreaterThan(4_000);
    await expect(client.predict(goodRow)).rejects.toMatchObject({ code: 'client.too-late' });
    const abort = new AbortController();
    const ended = client.predict(goodRow, { signal: abort.signal, deadlineMs: 60_000 });
    abort.abort(new Error('enough'));
    await expect(ended).rejects.toThrow('enough');
  });

  test('a wait longer than the deadline is not begun, and what is no answer of ours is told', async () => {
    const url = await start((_, response, at) => {
      if (at === 0) answered(response, 503, { error: 'busy' }, { 'retry-after': '60' });
      else response.writeHead(502).end('<html>bad gateway</html>');
    });
    const client = openClient(pipeline, { addresses: [url], deadlineMs: 2_000 });
    await expect(client.predict(goodRow)).rejects.toThrow(/^client.no-answer.*status 503: busy/);
    await expect(client.predict(goodRow)).rejects.toThrow(/^client.no-answer.*status 502: <html>/);
  });
});
