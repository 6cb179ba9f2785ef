import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Lets `refuses` answer a request before it is even parsed: all that a process in need can afford. It is asked about pieces of bytes that
 * are one whole request each, on connections on which nothing else is under way; all others take the way of all requests.
 * `refuses` gives the bytes of an answer, or undefined to let the request pass.
 */
export function refuseUnread(server: Server, refuses: (head: string) => Buffer | undefined): void {
  const underWay = new WeakMap<Socket, number>();
  const count = (socket: Socket, by: number) => void underWay.set(socket, (underWay.get(socket) ?? 0) + by);
  server.prependListener('request', ({ socket }, response) => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  });
  server.on('connection', (socket: Socket) => {
    const [parse] = socket.listeners('data');
    if (parse === undefined) return;
    let inStep = true;
    socket.off('data', parse as (piece: Buffer) => void);
    socket.on('data', (piece: Buffer) => {
      const head = inStep ? headOfWhole(piece) : undefined;
      inStep = head !== undefined;
      const answer = head === undefined || underWay.get(socket) ? undefined : refuses(head);
      if (answer === undefined) parse.call(socket, piece);
      else socket.write(answer);
    });
  });
}

/** The request line and headers where the bytes are exactly one request with a length; undefined for any others. */
function headOfWhole(piece: Buffer): string | undefined {
  const end = piece.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = piece.toString('latin1', 0, end + 2);
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1];
  const isPlain = /^[A-Z]+ \S+ HTTP\/1\.1\r\n/.test(head) && !/\r\n(?:transfer-encoding|expect|upgrade):/i.test(head);
  return isPlain && end + 4 + Number(length ?? 0) === piece.length ? head : undefined;
}
