import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerPredict } from './answerPredict.ts';
import { plainJson } from './askedBody.ts';
import { headerMetadata } from './headerMetadata.ts';
import { predictGraph } from './predictGraph.ts';
import type { ServingState } from './servingState.ts';

interface PredictRoute {
  Params: { pipeline: string };
}

/** `POST /predict/<pipeline>`: rows as objects, the champion's answer; `POST /predict/<graph>`: that of a serving graph. */
export function addPredictRoutes(server: FastifyInstance, state: ServingState): void {
  server.post<PredictRoute>(predictRoute, { config: { role: 'predict' } }, (request, reply) =>
    predict(state, request, reply),
  );
}

/** That of pipelines is answered by `directWay`, mostly. */
export const predictRoute = '/predict/:pipeline';

function predict(
  state: ServingState,
  request: FastifyRequest<PredictRoute>,
  reply: FastifyReply,
): Promise<void> | void {
  const { params, headers, caller, body } = request;
  const model = params.pipeline;
  const graph = state.served.has(model) ? undefined : state.graphs.get(model);
  if (graph !== undefined) {
    return predictGraph(state, model, graph, request, headerMetadata(headers, caller)).then((answer) => {
      reply.headers(plainJson).send(JSON.stringify(answer));
    });
  }
  return answerPredict(state, { model, headers, caller, body }, (bytes, by) => {
    request.answeredBy = by;
    reply.headers(bytes.headers).send(bytes.body);
  });
}
