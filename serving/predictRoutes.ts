import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answeredBy } from './answeredBy.ts';
import { type Answered, answerSoon } from './answerRequest.ts';
import { headerMetadata } from './headerMetadata.ts';
import { type PredictRequest, parsePredict } from './parseBody.ts';
import { predictGraph } from './predictGraph.ts';
import type { RowShape } from './rowShape.ts';
import type { ServingState } from './servingState.ts';

/** The answer to one row of `POST /predict/<pipeline>`. */
export interface PredictAnswer extends AnswerParts {
  readonly answer: string;
  readonly score: number;
  /** Key of the row in the prediction log, and of its label. */
  readonly predictionId: string;
}

/** The answer to several rows. */
export interface PredictAnswers extends AnswerParts {
  readonly predictions: readonly { readonly answer: string; readonly score: number; readonly predictionId: string }[];
}

/** What all rows of a request share: who answered, and by which routing. */
export interface AnswerParts {
  /** At or above it the answer is the positive one. */
  readonly threshold: number;
  /** The pipeline. */
  readonly model: string;
  readonly version: number;
  readonly variant: string;
  /** Why that one answered, such as `sticky` or `fallback: challenger was late`. */
  readonly reason: string;
  readonly digest: string;
  readonly epoch: number;
  readonly requestId: string;
  /** The caller's own, echoed. */
  readonly id?: string;
}

interface PredictRoute {
  Params: { pipeline: string };
}

/** `POST /predict/<pipeline>`: rows as objects, the champion's answer; `POST /predict/<graph>`: that of a serving graph. */
export function addPredictRoutes(server: FastifyInstance, state: ServingState): void {
  server.post<PredictRoute>('/predict/:pipeline', { config: { role: 'predict' } }, (request, reply) =>
    predict(state, request, reply),
  );
}

function predict(
  state: ServingState,
  request: FastifyRequest<PredictRoute>,
  reply: FastifyReply,
): Promise<void> | void {
  const model = request.params.pipeline;
  const metadata = headerMetadata(request.headers, request.caller);
  const send = (answer: object): void => {
    reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(answer));
  };
  const graph = state.served.has(model) ? undefined : state.graphs.get(model);
  if (graph !== undefined) return predictGraph(state, model, graph, request, metadata).then(send);
  const read = (shape: RowShape): PredictRequest =>
    parsePredict(shape, request.body, request.headers['x-request-id'], state.maxRows);
  return answerSoon(state, { model, label: undefined, read, metadata }, (answered) => {
    request.answeredBy = answeredBy(answered);
    send(answerOf(answered));
  });
}

function answerOf({
  pipeline,
  answering,
  requestId,
  asked: { id, single },
  scores,
  reason,
}: Answered<PredictRequest>): PredictAnswer | PredictAnswers {
  const { threshold, answer } = answering.loaded.package;
  const { version, digest } = answering.loaded.routed;
  const { epoch, variant } = answering;
  const parts = { threshold, model: pipeline, version, variant, reason, digest, epoch, requestId };
  const shared: AnswerParts = id === undefined ? parts : { ...parts, id };
  const rowAnswer = (score: number, row: number) => ({
    answer: score >= threshold ? answer.positive : answer.negative,
    score,
    predictionId: `${requestId}/${row}`,
  });
  if (single) return { ...rowAnswer(scores[0] ?? Number.NaN, 0), ...shared };
  return { ...shared, predictions: Array.from(scores, rowAnswer) };
}
