import { WhetError } from '../../core/errors.ts';
import { answerRequest } from '../answerRequest.ts';
import {
  allStatistics,
  checkReady,
  extensions,
  modelConfig,
  modelMetadata,
  modelStatistics,
  repositoryIndex,
} from '../describeModel.ts';
import { inferReply } from '../inferReply.ts';
import type { InferRequest } from '../parseInfer.ts';
import type { RowShape } from '../rowShape.ts';
import type { ServedPipeline } from '../servedPipeline.ts';
import type { ServingState } from '../servingState.ts';
import type { Answering } from '../slots.ts';
import { loadedVersion, servedOf } from '../takeVersion.ts';
import { callMetadata, type GrpcCall } from './callMetadata.ts';
import { grpcInferResponse, parseGrpcInfer } from './grpcInfer.ts';
import type { GrpcInferRequest, GrpcInferResponse, NamedModel } from './grpcMessages.ts';

/** The methods of GRPCInferenceService: each takes a message, and gives one or throws an error of the catalogue. */
export function grpcMethods(state: ServingState) {
  return {
    ServerLive: () => ({ live: true }),
    ServerReady: () => ({ ready: isReady(() => checkReady(state)) }),
    ServerMetadata: () => ({ name: 'whetstone', version: state.engineVersion, extensions }),
    ModelReady: (named: NamedModel) => ({ ready: isReady(() => looked(state, named)) }),
    ModelMetadata: (named: NamedModel) => modelMetadata(...looked(state, named)),
    ModelInfer: (request: GrpcInferRequest, call: GrpcCall, caller: string | undefined) =>
      infer(state, request, call, caller),
    ModelConfig: (named: NamedModel) => ({ config: modelConfig(...looked(state, named)) }),
    ModelStatistics: (named: NamedModel) => ({ model_stats: statistics(state, named) }),
    RepositoryIndex: ({ ready }: { ready: boolean }) => ({ models: repositoryIndex(state, ready) }),
  };
}

/** An unknown model is refused; one that is known and not ready is a plain no. */
function isReady(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof WhetError && error.code === 'model.not-ready') return false;
    throw error;
  }
}

function looked({ served }: ServingState, { name, version }: NamedModel): [ServedPipeline, Answering] {
  const found = servedOf(served, name);
  return [found, loadedVersion(found, labelOf(version))];
}

/** Without a name, of every version that is loaded. */
function statistics(state: ServingState, named: NamedModel) {
  return named.name === '' ? allStatistics(state) : [modelStatistics(state, ...looked(state, named))];
}

function infer(
  state: ServingState,
  request: GrpcInferRequest,
  call: GrpcCall,
  caller: string | undefined,
): Promise<GrpcInferResponse> {
  const [headerId] = call.metadata.get('x-request-id');
  const read = (shape: RowShape): InferRequest => parseGrpcInfer(shape, request, headerId, state.maxRows);
  const { model_name: model, model_version: version } = request;
  const asked = { model, label: labelOf(version), read, metadata: callMetadata(call, caller) };
  return answerRequest(state, asked, (answered) => grpcInferResponse(inferReply(answered)));
}

function labelOf(version: string): string | undefined {
  return version === '' ? undefined : version;
}
