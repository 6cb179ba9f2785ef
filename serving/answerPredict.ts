import { type AnsweredBy, answeredBy } from './answeredBy.ts';
import { type Answered, answerSoon } from './answerRequest.ts';
import { type AnswerBytes, type AskedBody, plainJson } from './askedBody.ts';
import { headerMetadata } from './headerMetadata.ts';
import { type PredictRequest, parsePredict } from './parseBody.ts';
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

/** Answers rows as objects, at once where nothing has to be awaited. Throws, or rejects, as `answerSoon`. */
export function answerPredict(
  state: ServingState,
  { model, headers, caller, body }: AskedBody,
  reply: (bytes: AnswerBytes, by: AnsweredBy) => void,
): Promise<void> | void {
  const read = (shape: RowShape): PredictRequest => parsePredict(shape, body, headers['x-request-id'], state.maxRows);
  const asked = { model, label: undefined, read, metadata: headerMetadata(headers, caller) };
  return answerSoon(state, asked, (answered) => {
    reply({ headers: plainJson, body: JSON.stringify(answerOf(answered)) }, answeredBy(answered));
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
