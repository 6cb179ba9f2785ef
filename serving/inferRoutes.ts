import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerInfer } from './answerInfer.ts';
import type { ServingState } from './servingState.ts';

/** Parameters of `/v2/models/<model>[/versions/<version or alias>]…`. */
export interface ModelRoute {
  Params: { model: string; version?: string };
}

/** `POST /v2/models/<model>[/versions/<version or alias>]/infer`, of the Open Inference Protocol v2. */
export function addInferRoutes(server: FastifyInstance, state: ServingState): void {
  for (const path of [plainInferRoute, '/v2/models/:model/versions/:version/infer']) {
    server.post<ModelRoute>(path, { config: { role: 'predict' } }, (request, reply) => infer(state, request, reply));
  }
}

/** The one that `directWay` answers for, mostly. */
export const plainInferRoute = '/v2/models/:model/infer';

function infer(state: ServingState, request: FastifyRequest<ModelRoute>, reply: FastifyReply): Promise<void> | void {
  const { params, headers, caller, body } = request;
  const asked = { model: params.model, label: params.version, headers, caller, body };
  return answerInfer(state, asked, (bytes, by) => {
    request.answeredBy = by;
    reply.headers(bytes.headers).send(bytes.body);
  });
}
