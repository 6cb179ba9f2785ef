import { status } from '@grpc/grpc-js';
import { type Failure, failureOf } from '../failure.ts';

/** A failure as gRPC tells it. */
export interface GrpcFailure {
  readonly code: status;
  readonly details: string;
  /** The same as REST tells it. */
  readonly failure: Failure;
}

/** What a client of gRPC is told of an error: the catalogue's sentence, and the status that its HTTP one stands for. */
export function grpcFailure(error: unknown, bodyLimit: number): GrpcFailure {
  const failure = failureOf(error, bodyLimit);
  const code = codes[failure.status] ?? (failure.status < 500 ? status.INVALID_ARGUMENT : status.INTERNAL);
  return { code, details: failure.message.slice(0, longestDetails), failure };
}

/** Details travel among the headers, of which clients take 8 KiB; a character may become 9 there. */
const longestDetails = 800;

/** As in google.rpc.Code, where each names the HTTP status it maps to; KServe's client tries again on UNAVAILABLE alone. */
const codes: Readonly<Record<number, status>> = {
  400: status.INVALID_ARGUMENT,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  409: status.FAILED_PRECONDITION,
  413: status.RESOURCE_EXHAUSTED,
  429: status.RESOURCE_EXHAUSTED,
  501: status.UNIMPLEMENTED,
  503: status.UNAVAILABLE,
  504: status.DEADLINE_EXCEEDED,
};
