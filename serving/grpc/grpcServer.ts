import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type handleUnaryCall,
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceClientConstructor,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { RouteRole } from '../../core/apiKeys.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { Admission } from '../admission.ts';
import type { TlsFiles } from '../serverOptions.ts';
import type { ServingState } from '../servingState.ts';
import { busy } from '../turnedAway.ts';
import type { GrpcCall } from './callMetadata.ts';
import { grpcFailure } from './grpcFailure.ts';
import type { GrpcInferRequest } from './grpcMessages.ts';
import { grpcMethods } from './grpcMethods.ts';

export interface GrpcServer {
  /** Such as `127.0.0.1:8001`. */
  readonly address: string;
  /** Takes no call any more and ends when those under way have been answered. */
  close(): Promise<void>;
}

export interface GrpcServerOptions {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly tls: TlsFiles | undefined;
  readonly state: ServingState;
  /** Bytes of a message. */
  readonly bodyLimit: number;
  readonly report: (line: string) => void;
}

/** The Open Inference Protocol v2 over gRPC. Throws where the port is taken. */
export async function openGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const server = new Server({
    'grpc.max_receive_message_length': options.bodyLimit,
    'grpc.max_send_message_length': -1,
  });
  const methods = Object.entries(grpcMethods(options.state));
  server.addService(
    serviceDefinition(),
    Object.fromEntries(methods.map(([name, method]) => [name, unary(options, name, method as Method)])),
  );
  const port = await bound(server, options);
  return { address: addressOf(options.host, port), close: () => closed(server) };
}

/** A message in, a message out; the definition beside it says what each holds. */
type Method = (request: object, call: GrpcCall, caller: string | undefined) => object | Promise<object>;

function serviceDefinition(): ServiceDefinition {
  const file = fileURLToPath(new URL('./openInference.proto', import.meta.url));
  const definition = loadSync(file, {
    keepCase: true,
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
  });
  const { inference } = loadPackageDefinition(definition) as unknown as InferencePackage;
  return inference.GRPCInferenceService.service;
}

interface InferencePackage {
  readonly inference: { readonly GRPCInferenceService: ServiceClientConstructor };
}

function unary(
  { state, bodyLimit, report }: GrpcServerOptions,
  name: string,
  method: Method,
): handleUnaryCall<object, object> {
  const role = roles[name] ?? 'any';
  return async (call, callback) => {
    const began = performance.now();
    const ended = (status: number, code?: ErrorCode): void => {
      const ms = performance.now() - began;
      state.metrics.request(call.getPath(), status, ms / 1_000);
      if (role === 'predict') state.traffic.ended((call.request as GrpcInferRequest).model_name, code, ms);
    };
    try {
      const caller = state.keys.check(call.metadata.get('authorization')[0]?.toString(), role);
      const answer = (): object | Promise<object> => method(call.request, call, caller);
      const response = await (role === 'predict' ? admitted(state.admission, answer) : answer());
      ended(200);
      callback(null, response);
    } catch (error) {
      const { code, details, failure } = grpcFailure(error, bodyLimit);
      if (failure.code === 'server.failed') report(`${call.getPath()} failed: ${stackOf(error)}`);
      ended(failure.status, failure.code);
      callback({ code, details });
    }
  };
}

/** Which key a method takes; any key where nothing is said. */
const roles: Readonly<Record<string, RouteRole>> = { ServerLive: 'none', ServerReady: 'none', ModelInfer: 'predict' };

/** As over HTTP: a request for scores that would wait too long is turned away before anything is done for it. */
async function admitted(admission: Admission, answer: () => object | Promise<object>): Promise<object> {
  if (!admission.takes(admission.waitedMs())) throw busy;
  admission.began();
  try {
    return await answer();
  } finally {
    admission.ended();
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function bound(server: Server, { host, port, tls }: GrpcServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(addressOf(host, port), credentialsOf(tls), (error, at) =>
      error === null ? resolve(at) : reject(error),
    );
  });
}

/** A renewed certificate is used from the next start on. */
function credentialsOf(tls: TlsFiles | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const pair = { cert_chain: readFileSync(tls.cert), private_key: readFileSync(tls.key) };
  return ServerCredentials.createSsl(null, [pair]);
}

function addressOf(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** How long calls under way are waited for: none takes longer but one whose client has gone. */
const patienceMs = 5_000;

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.forceShutdown(), patienceMs);
    server.tryShutdown(() => {
      clearTimeout(late);
      resolve();
    });
  });
}
