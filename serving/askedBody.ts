import type { IncomingHttpHeaders } from 'node:http';

/** A request for scores over HTTP, its body read. */
export interface AskedBody {
  /** The pipeline's id, as the caller wrote it. */
  readonly model: string;
  readonly headers: IncomingHttpHeaders;
  /** The name of the caller's key. */
  readonly caller: string | undefined;
  readonly body: unknown;
}

/** What is sent for it. */
export interface AnswerBytes {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export const plainJson = { 'content-type': 'application/json; charset=utf-8' } as const;
