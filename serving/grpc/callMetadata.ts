import type { Metadata } from '@grpc/grpc-js';
import type { MetadataOf } from '../../core/chooseVariant.ts';

/** What stands beside a message. */
export interface GrpcCall {
  readonly metadata: Metadata;
  /** When the caller stops waiting, as a time or in milliseconds UTC; infinity where it waits for ever. */
  getDeadline(): Date | number;
}

/**
 * Metadata of a call, as over HTTP: `customer` is the entry `x-whet-customer`. The deadline of gRPC's own is the caller's,
 * unless `x-whet-deadline-ms` says another, and who does not name its producer goes by the name of its key, `caller`.
 */
export function callMetadata(call: GrpcCall, caller?: string): MetadataOf {
  return (name) => {
    const [value] = call.metadata.get(`x-whet-${name}`);
    if (value !== undefined) return String(value);
    if (name === 'producer') return caller;
    const deadline = name === 'deadline-ms' ? Number(call.getDeadline()) : Number.POSITIVE_INFINITY;
    return Number.isFinite(deadline) ? String(Math.max(0.001, deadline - Date.now())) : undefined;
  };
}
