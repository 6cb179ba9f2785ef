import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerRows } from './answerRows.ts';
import { type PredictRequest, parsePredict } from './parseBody.ts';
import type { ServingState } from './servingState.ts';
import type { Answering } from './slots.ts';
import { servedOf, takeVersion } from './takeVersion.ts';

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
  readonly digest: string;
  readonly epoch: number;
  readonly requestId: string;
  /** The caller's own, echoed. */
  readonly id?: string;
}

interface PredictRoute {
  Params: { pipeline: string };
}

/** `POST /predict/<pipeline>`: rows as objects, the champion's answer. */
export function addPredictRoutes(server: FastifyInstance, state: ServingState): void {
  server.post<PredictRoute>('/predict/:pipeline', (request, reply) => predict(state, request, reply));
}

async function predict(
  state: ServingState,
  request: FastifyRequest<PredictRoute>,
  reply: FastifyReply,
): Promise<string> {
  const served = servedOf(state.served, request.params.pipeline);
  const answering = takeVersion(served, undefined);
  try {
    const asked = parsePredict(answering.loaded.shape, request.body, request.headers['x-request-id'], state.maxRows);
    const requestId = state.requestId();
    const scores = await answerRows(state, served, answering, { requestId, id: asked.id, rows: asked.rows });
    reply.header('content-type', 'application/json; charset=utf-8');
    return JSON.stringify(answerOf(served.pipeline, answering, requestId, asked, scores));
  } finally {
    served.slots.done(answering);
  }
}

function answerOf(
  pipeline: string,
  answering: Answering,
  requestId: string,
  { id, single }: PredictRequest,
  scores: Float32Array,
): PredictAnswer | PredictAnswers {
  const { threshold, answer } = answering.loaded.package;
  const { version, digest } = answering.loaded.routed;
  const { epoch, variant } = answering;
  const parts = { threshold, model: pipeline, version, variant, digest, epoch, requestId };
  const shared: AnswerParts = id === undefined ? parts : { ...parts, id };
  const rowAnswer = (score: number, row: number) => ({
    answer: score >= threshold ? answer.positive : answer.negative,
    score,
    predictionId: `${requestId}/${row}`,
  });
  if (single) return { ...rowAnswer(scores[0] ?? Number.NaN, 0), ...shared };
  return { ...shared, predictions: Array.from(scores, rowAnswer) };
}
