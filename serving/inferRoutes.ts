import type { FastifyInstance, FastifyRequest } from 'fastify';
import { WhetError } from '../core/errors.ts';
import { type Answered, answerRequest } from './answerRequest.ts';
import { type InferRequest, type OutputName, parseInfer } from './parseTensors.ts';
import type { RowShape } from './rowShape.ts';
import type { ServingState } from './servingState.ts';
import type { Answering } from './slots.ts';

/** Parameters of `/v2/models/<model>[/versions/<version or alias>]…`. */
export interface ModelRoute {
  Params: { model: string; version?: string };
}

/** `POST /v2/models/<model>[/versions/<version or alias>]/infer`, of the Open Inference Protocol v2, in JSON. */
export function addInferRoutes(server: FastifyInstance, state: ServingState): void {
  for (const path of ['/v2/models/:model/infer', '/v2/models/:model/versions/:version/infer']) {
    server.post<ModelRoute>(path, (request) => infer(state, request));
  }
}

function infer(state: ServingState, request: FastifyRequest<ModelRoute>): Promise<unknown> {
  const { model, version } = request.params;
  const read = (shape: RowShape): InferRequest => {
    refuseBinaryBody(request);
    return parseInfer(shape, request.body, request.headers['x-request-id'], state.maxRows);
  };
  return answerRequest(state, { model, label: version, read }, inferResponse);
}

/** JSON followed by raw tensors; the Triton and KServe clients send it unless told not to. */
function refuseBinaryBody(request: FastifyRequest<ModelRoute>): void {
  if (request.headers['inference-header-content-length'] === undefined) return;
  const todo = 'Send tensors as JSON: binary_data=False in the Triton and KServe clients.';
  throw new WhetError('request.unsupported', { expected: 'a body of JSON', came: 'binary tensors after it', todo });
}

function inferResponse({
  pipeline,
  answering,
  requestId,
  asked: { id, outputs },
  scores,
}: Answered<InferRequest>): unknown {
  const { version, digest } = answering.loaded.routed;
  const { epoch, variant } = answering;
  const { threshold } = answering.loaded.package;
  return {
    model_name: pipeline,
    model_version: String(version),
    id: id ?? requestId,
    parameters: { variant, version, digest, epoch, threshold, requestId },
    outputs: outputs.map((name) => output(name, answering, scores)),
  };
}

function output(name: OutputName, { loaded }: Answering, scores: Float32Array): unknown {
  const shape = [scores.length];
  if (name === 'score') return { name, datatype: 'FP32', shape, data: Array.from(scores) };
  const { threshold, answer } = loaded.package;
  const data = Array.from(scores, (score) => (score >= threshold ? answer.positive : answer.negative));
  return { name, datatype: 'BYTES', shape, data };
}
