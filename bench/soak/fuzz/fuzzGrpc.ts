import { Client, credentials, status } from '@grpc/grpc-js';
import type { Random } from '../../../core/random.ts';
import { mutateBytes, randomBytes } from './mutate.ts';

export interface GrpcFuzzer {
  /** Calls with bytes that are wrong in some way; gives what is wrong with the answer, if anything is. */
  call(random: Random): Promise<string | undefined>;
  close(): void;
}

/** What a call may end with. */
const allowed = [status.OK, status.INVALID_ARGUMENT, status.NOT_FOUND, status.RESOURCE_EXHAUSTED, status.UNIMPLEMENTED];
const path = '/inference.GRPCInferenceService/ModelInfer';

/** `good` is a ModelInferRequest as bytes: what the calls are made of. */
export function grpcFuzzer(address: string, good: Buffer): GrpcFuzzer {
  const client = new Client(address, credentials.createInsecure());
  const sent = (bytes: Buffer): Promise<{ code: status; details: string }> =>
    new Promise((resolve) => {
      const asIs = (given: Buffer): Buffer => given;
      const options = { deadline: Date.now() + 30_000 };
      client.makeUnaryRequest(path, asIs, asIs, bytes, options, (error) => {
        resolve(error === null ? { code: status.OK, details: '' } : error);
      });
    });
  return {
    async call(random) {
      const bytes = random.below(10) === 0 ? randomBytes(random, random.below(200)) : mutateBytes(random, good);
      const { code, details } = await sent(bytes);
      // Bytes that are no message at all end so in every implementation of gRPC.
      const isNoMessage = code === status.INTERNAL && details.startsWith('Error deserializing request');
      if (allowed.includes(code) || isNoMessage) return undefined;
      return `gRPC ended with ${status[code]}: ${details}`;
    },
    close: () => client.close(),
  };
}
