import type { Socket } from 'node:net';

/** Answers on their way out. */
export interface Outbox {
  /** Sees to it that what is put in from now on goes out once this turn of the event loop has read all that came. */
  open(): void;
  /** `isLast`: nothing goes out on the connection after it, and it is ended. */
  put(socket: Socket, answer: string | Buffer, encoding: BufferEncoding, isLast: boolean): void;
  /** Lets all go out now. */
  flush(): void;
}

/**
 * Answers go out several at a time: to write one wakes whoever waits for it, which takes longer than the write; while that one is
 * awake, others cost nothing.
 */
export function openOutbox(nowMs: () => number = () => performance.now()): Outbox {
  const waiting: Answer[] = [];
  let isOpen = false;
  let firstMs = 0;
  const flush = (): void => {
    for (const each of waiting) send(each);
    waiting.length = 0;
  };
  const close = (): void => {
    isOpen = false;
    flush();
  };
  return {
    open() {
      if (isOpen) return;
      isOpen = true;
      setImmediate(close);
    },
    put(socket, answer, encoding, isLast) {
      const now = nowMs();
      if (waiting.length === 0) firstMs = now;
      waiting.push({ socket, answer, encoding, isLast });
      if (!isOpen || isLast || waiting.length >= together || now - firstMs > waitMs) flush();
    },
    flush,
  };
}

/** More would let the first of them wait, as would a few that take long. */
const together = 16;
const waitMs = 0.5;

interface Answer {
  readonly socket: Socket;
  readonly answer: string | Buffer;
  readonly encoding: BufferEncoding;
  readonly isLast: boolean;
}

/** Who does not read its answers is not read from either. */
function send({ socket, answer, encoding, isLast }: Answer): void {
  if (!socket.writable) return;
  if (isLast) return void socket.end(answer, encoding);
  if (socket.write(answer, encoding) || socket.isPaused()) return;
  socket.pause();
  socket.once('drain', () => socket.resume());
}
