import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { refuseBrokenHttp } from './failureReplies.ts';
import type { HeldRefusals } from './heldRefusals.ts';
import type { Outbox } from './outbox.ts';
import { type RequestHead, readHead } from './requestHead.ts';

/** A request that has come whole: exactly one of these is to be called for it, now or later. */
export interface Exchange {
  readonly socket: Socket;
  /** The bytes of an answer; `isLast` where the connection is to end with it. */
  reply(answer: string | Buffer, encoding: BufferEncoding, isLast: boolean): void;
  /** The same, told after a while, or before what follows. */
  refuse(answer: string | Buffer, encoding: BufferEncoding, isLast: boolean): void;
  /** Node's own server answers it. */
  route(): void;
}

/** Decides about a request that has come whole. */
export type Taking = (exchange: Exchange, head: RequestHead, body: Buffer) => void;

export interface Framing {
  readonly take: Taking;
  readonly outbox: Outbox;
  readonly held: HeldRefusals<Exchange>;
  /** Whether a request is worth waiting for until it is there whole; Node's server reads others as they come. */
  readonly awaits: (head: RequestHead) => boolean;
  readonly limits: FramingLimits;
}

export interface FramingLimits {
  readonly headerBytes: number;
  /** Milliseconds in which a request has to come in whole. */
  readonly requestMs: number;
  /** Milliseconds for which a connection may say nothing between two requests. */
  readonly idleMs: number;
}

/**
 * One connection, cut into its requests. Each that has come whole is given to `take`, once the one before it is answered; what is not
 * answered there goes to Node's server, which has its own parser for the connection from then on. Where a request cannot be
 * told from its neighbours with certainty, all that follows is Node's.
 */
export class FramedConnection implements Exchange {
  readonly socket: Socket;
  readonly #server: Server;
  readonly #attach: (socket: Socket) => void;
  readonly #framing: Framing;
  /** Node's parser, once it was needed. */
  #parse: ((piece: Buffer) => void) | undefined;
  /** Of the connection, to the end: where one request ends is not known. */
  #isNodes = false;
  /** Bytes of a request that Node's parser still has to get. */
  #owed = 0;
  /** Requests that Node's server has not answered to the end. */
  #routed = 0;
  /** The request that was taken and is not answered yet. */
  #taken: Buffer | undefined;
  /** The beginning of a request, or what follows the one that was taken. */
  #rest: Buffer | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Heads of one connection are mostly the same. */
  #head: RequestHead | undefined;
  #hasEnded = false;
  #hasAnswered = false;
  #waits = false;

  constructor(server: Server, attach: (socket: Socket) => void, socket: Socket, framing: Framing) {
    this.socket = socket;
    this.#server = server;
    this.#attach = attach;
    this.#framing = framing;
    socket.setTimeout(framing.limits.requestMs);
    socket.on('data', this.#read).on('end', this.#ended).on('timeout', this.#timedOut).on('error', this.#failed);
    socket.once('close', () => this.#stopTimer());
  }

  /** Whether nothing of a request is here. */
  get isIdle(): boolean {
    return this.#taken === undefined && this.#rest === undefined && this.#owed === 0 && this.#routed === 0;
  }

  /** Node's server has begun with a request of this connection. */
  routed(response: ServerResponse): void {
    this.#routed += 1;
    response.once('close', () => {
      this.#routed -= 1;
    });
  }

  reply(answer: string | Buffer, encoding: BufferEncoding, isLast: boolean): void {
    this.#taken = undefined;
    if (!this.#hasAnswered && this.#parse === undefined) this.socket.setTimeout(this.#framing.limits.idleMs);
    this.#hasAnswered = true;
    this.#framing.outbox.put(this.socket, answer, encoding, isLast || this.#isLast);
    this.#goOn();
  }

  refuse(answer: string | Buffer, encoding: BufferEncoding, isLast: boolean): void {
    this.#framing.held.hold(this, () => this.reply(answer, encoding, isLast));
  }

  route(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    if (taken !== undefined && this.socket.writable) this.#give(taken);
    this.#goOn();
  }

  /** Whether who asked says no more, and nothing is left of what was said. */
  get #isLast(): boolean {
    return this.#hasEnded && this.#rest === undefined;
  }

  /** With what followed the request that is answered now. */
  #goOn(): void {
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest !== undefined && this.socket.writable) this.#cut(rest);
    if (!this.#waits || this.#taken !== undefined) return;
    this.#waits = false;
    this.socket.resume();
  }

  readonly #read = (piece: Buffer): void => {
    this.#framing.outbox.open();
    if (this.#isNodes) this.#give(piece);
    else if (this.#owed > 0 || this.#routed > 0) this.#readOn(piece);
    else if (this.#taken !== undefined) this.#readAhead(piece);
    else this.#cut(this.#restAnd(piece));
  };

  #restAnd(piece: Buffer): Buffer {
    const rest = this.#rest;
    this.#rest = undefined;
    return rest === undefined ? piece : Buffer.concat([rest, piece]);
  }

  /** What belongs to a request that Node's parser has begun with. */
  #readOn(piece: Buffer): void {
    // A second one before the first is answered: Node's server keeps them in order.
    if (piece.length > this.#owed) this.#leave(piece);
    else {
      this.#owed -= piece.length;
      this.#give(piece);
    }
  }

  /** What follows the request that was taken. Nothing more is read until that is answered. */
  #readAhead(piece: Buffer): void {
    this.#rest = this.#restAnd(piece);
    this.#framing.held.tell(this);
    if (this.#taken === undefined) return;
    this.#waits = true;
    this.socket.pause();
  }

  #cut(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0 && this.#taken === undefined && this.socket.writable) {
      const head = this.#headOf(rest);
      const end = head === undefined || head === 'more' ? Number.NaN : head.bytes.length + head.bodyBytes;
      if (head === undefined || this.#routed > 0) this.#leave(rest);
      else if (head === 'more') this.#keep(rest);
      else if (rest.length < end) this.#begin(head, rest, end);
      else {
        this.#take(head, rest.length === end ? rest : rest.subarray(0, end));
        rest = rest.subarray(end);
        continue;
      }
      return;
    }
    if (rest.length > 0) this.#rest = rest;
  }

  #take(head: RequestHead, request: Buffer): void {
    this.#stopTimer();
    this.#taken = request;
    this.#framing.take(this, head, request.subarray(head.bytes.length));
  }

  #headOf(bytes: Buffer): RequestHead | 'more' | undefined {
    const last = this.#head?.bytes;
    const isSame = last !== undefined && bytes.length >= last.length && last.compare(bytes, 0, last.length) === 0;
    if (isSame) return this.#head;
    const head = readHead(bytes, this.#framing.limits.headerBytes);
    if (head !== undefined && head !== 'more') this.#head = head;
    return head;
  }

  /** A request of which the end is still to come. */
  #begin(head: RequestHead, bytes: Buffer, end: number): void {
    if (this.#framing.awaits(head)) this.#keep(bytes);
    else {
      this.#owed = end - bytes.length;
      this.#stopTimer();
      this.#give(bytes);
    }
  }

  #keep(bytes: Buffer): void {
    this.#rest = bytes;
    this.#timer ??= setTimeout(this.#tooSlow, this.#framing.limits.requestMs);
  }

  #stopTimer(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  readonly #tooSlow = (): void => {
    refuseBrokenHttp(tooSlow, this.socket);
  };

  readonly #timedOut = (): void => {
    if (this.isIdle) this.socket.destroy();
  };

  readonly #failed = (): void => {
    this.socket.destroy();
  };

  readonly #ended = (): void => {
    this.#hasEnded = true;
    const { held, outbox } = this.#framing;
    held.tell(this);
    outbox.flush();
    if (this.#taken === undefined && this.#parse === undefined) this.socket.end();
  };

  #leave(bytes: Buffer): void {
    this.#isNodes = true;
    this.#owed = 0;
    this.#stopTimer();
    this.#give(bytes);
  }

  #give(bytes: Buffer): void {
    // What was answered before goes out before what Node writes.
    this.#framing.outbox.flush();
    this.#parse ??= this.#attached();
    this.#parse(bytes);
  }

  /** Node's server listens to the connection from now on, but what came is given to it here. */
  #attached(): (piece: Buffer) => void {
    const { socket } = this;
    socket.setTimeout(0);
    socket.off('data', this.#read).off('timeout', this.#timedOut).off('error', this.#failed);
    this.#attach.call(this.#server, socket);
    const [parse] = socket.listeners('data');
    socket.removeAllListeners('data');
    socket.on('data', this.#read);
    return parse as (piece: Buffer) => void;
  }
}

const tooSlow = Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
