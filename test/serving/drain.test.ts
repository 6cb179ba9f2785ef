import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Server } from '../../serving/server.ts';
import { goodRow, openWorkbench, pipeline, putVersion, quick, route, until, type Workbench } from './fixture.ts';

describe('a serving process that is told to end', () => {
  let bench: Workbench;
  beforeEach(async () => {
    bench = await openWorkbench();
    await route(bench.store, 1, await putVersion(bench.store, 1));
  });
  afterEach(() => bench.close());

  const leases = () => bench.store.list(`serving/${pipeline}/workers/`);
  const body = JSON.stringify(goodRow);
  /** A request of which the last bytes are still to come. */
  const halfAsked = async ({ url }: Server): Promise<Socket> => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) }).setEncoding('utf8');
    await once(socket, 'connect');
    const head = `POST /predict/${pipeline} HTTP/1.1\r\nhost: test\r\ncontent-length: ${body.length}\r\n\r\n`;
    socket.write(`${head}${body.slice(0, 20)}`);
    return socket;
  };
  const refuses = ({ url }: Server) =>
    fetch(url).then(
      () => false,
      () => true,
    );

  test('takes its lease away, answers what is under way, and takes no connection any more', async () => {
    const server = await bench.open({ intervals: { ...quick, drainMs: 10_000 } });
    await until(async () => (await leases()).length === 1);
    const socket = await halfAsked(server);
    // Sure to have been read: a later request of another connection was answered.
    await fetch(server.url);
    const closed = server.close();
    await until(async () => (await leases()).length === 0);
    await until(() => refuses(server));
    socket.write(body.slice(20));
    const [answer] = await once(socket, 'data');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    await closed;
    expect((await bench.store.list(`predictions/${pipeline}/`)).length).toBe(1);
  });

  test('waits no longer than it is let for a caller that is stuck', async () => {
    const server = await bench.open({ intervals: { ...quick, drainMs: 50 } });
    const socket = await halfAsked(server);
    socket.on('error', () => undefined);
    const cutOff = once(socket, 'close');
    await server.close();
    await cutOff;
  });
});
