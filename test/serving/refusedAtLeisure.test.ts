import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Admission } from '../../serving/admission.ts';
import { directWay } from '../../serving/directWay.ts';
import type { Exchange } from '../../serving/framedConnection.ts';
import { httpListener } from '../../serving/httpListener.ts';
import { readHead } from '../../serving/requestHead.ts';
import { defaultLimits } from '../../serving/serverOptions.ts';
import type { ServingState } from '../../serving/servingState.ts';
import { until } from './fixture.ts';

/** Of a process that has too much to do, and in which a request has waited for 30 ms. */
const admission = { overloaded: true, waitedMs: () => 30, takes: () => false } as unknown as Admission;
const traffic = { ended: () => undefined };
const headers = 'POST /predict/any HTTP/1.1\r\nhost: x\r\n';
const inChunks = `${headers}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`;
const late = `${headers}x-whet-deadline-ms: 20\r\ncontent-length: 2\r\n\r\n{}`;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

for (const [of, request, status] of [
  ['a body in pieces', inChunks, 503],
  ['what is late', late, 504],
] as const) {
  test(`Node’s server holds its refusal of ${of}, one on a connection at most`, async () => {
    const { held, holds } = heldByHand();
    const options = { limits: defaultLimits, admission, traffic, held, tls: undefined, report: () => undefined };
    const listener = httpListener(() => undefined, options);
    server = listener;
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const socket = connect({ port: (listener.address() as AddressInfo).port });
    let said = '';
    socket.setEncoding('latin1').on('data', (piece) => {
      said += piece;
    });
    socket.write(request);
    await until(() => holds.length === 1);
    expect(said).toBe('');
    socket.write(request + request);
    await until(() => holds.length === 3);
    await until(() => said.split(`HTTP/1.1 ${status} `).length === 3);
    holds.at(-1)?.();
    await until(() => said.split(`HTTP/1.1 ${status} `).length === 4);
  });
}

test('what is late is held on the direct way as well', () => {
  const state = { admission, traffic } as unknown as ServingState;
  const limits = defaultLimits;
  const isListening = (): boolean => true;
  const way = directWay({ state, limits, answers: true, accessLog: undefined, isListening, keepAliveMs: 5_000 });
  const said: string[] = [];
  const exchange = { refuse: (answer: string) => void said.push(answer) } as unknown as Exchange;
  const head = readHead(Buffer.from(late), defaultLimits.headerBytes);
  if (head === undefined || head === 'more') throw new Error('expected a whole head');
  way.take(exchange, head, Buffer.from('{}'));
  expect(said).toEqual([expect.stringMatching(/^HTTP\/1.1 504 Gateway Timeout\r\n(?:.|\n|\r)*"request.late"/)]);
});

/** Told by hand, and before what follows. */
function heldByHand() {
  const waiting = new Map<object, () => void>();
  const holds: (() => void)[] = [];
  return {
    holds,
    held: {
      hold: (caller: object, told: () => void) => {
        waiting.set(caller, told);
        holds.push(told);
      },
      tell: (caller: object) => {
        const told = waiting.get(caller);
        waiting.delete(caller);
        told?.();
      },
    },
  };
}
