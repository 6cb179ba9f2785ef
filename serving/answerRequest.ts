import { chooseVariant, type MetadataOf } from '../core/chooseVariant.ts';
import { answerAsked } from './answerAsked.ts';
import { answerRows, type RequestRows } from './answerRows.ts';
import type { RawRows } from './parseRows.ts';
import { type GivenScores, rendezvous } from './rendezvous.ts';
import type { RowShape } from './rowShape.ts';
import type { ServedPipeline } from './servedPipeline.ts';
import type { ServingState } from './servingState.ts';
import type { Answering } from './slots.ts';
import { servedOf, takeVersion } from './takeVersion.ts';
import type { TallyCounter } from './tallyCounter.ts';
import { timeLeft } from './timeLeft.ts';

/** A request for scores, as each route hands it in, whatever protocol it came by. */
export interface ScoreRequest<Asked extends AskedRows> {
  /** The pipeline's id, as the caller wrote it. */
  readonly model: string;
  /** A version's number or alias, where the caller asks for that one; the routing chooses otherwise. */
  readonly label: string | undefined;
  /** Reads the body by the row's shape. Throws what is wrong with it. */
  readonly read: (shape: RowShape) => Asked;
  /** What the caller says beside the rows: what rules and sticky keys go by, and `deadline-ms`. Nothing when left out. */
  readonly metadata?: MetadataOf;
  /** Of the request that this one is a part of; one of its own when left out. */
  readonly requestId?: string;
}

/** What every body has, beside what its protocol adds. */
export interface AskedRows {
  /** The caller's own id. */
  readonly id: string | undefined;
  readonly rows: RawRows;
  /** Metadata that stand in the body; those of the request itself go before. */
  readonly metadata?: MetadataOf | undefined;
  /** The rows' numbers in the request, where they are not all of it. */
  readonly numbers?: readonly number[];
}

/** Scores, who gave them and why that one. */
export interface Answered<Asked extends AskedRows> extends GivenScores {
  readonly pipeline: string;
  readonly requestId: string;
  readonly asked: Asked;
}

/**
 * Answers a request from beginning to end: who answers is chosen, the body is read, scored, counted and logged. `reply`
 * makes the answer while the version that gave it is still held. Throws `model.unknown`, `model.not-ready`,
 * `model.no-such-version`, `model.no-score`, `variant.late`, `request.invalid`, and what `read` throws.
 */
export async function answerRequest<Asked extends AskedRows, Reply>(
  state: ServingState,
  request: ScoreRequest<Asked>,
  reply: (answered: Answered<Asked>) => Reply,
): Promise<Reply> {
  return answerSoon(state, request, reply);
}

/** As `answerRequest`, and without a promise where nothing has to be awaited. Throws, or rejects, as it does. */
export function answerSoon<Asked extends AskedRows, Reply>(
  state: ServingState,
  request: ScoreRequest<Asked>,
  reply: (answered: Answered<Asked>) => Reply,
): Reply | Promise<Reply> {
  const arrivedMs = state.admission.arrivedMs();
  const served = servedOf(state.served, request.model);
  const { answering, done } = takeVersion(served, request.label);
  let isLater = false;
  try {
    const asked = request.read(answering.loaded.shape);
    const requestId = request.requestId ?? state.requestId();
    const metadataOf: MetadataOf = (name) => request.metadata?.(name) ?? asked.metadata?.(name);
    const producer = metadataOf('producer')?.slice(0, longestProducer);
    const rows = { requestId, id: asked.id, producer, rows: asked.rows, numbers: asked.numbers };
    const isAsked = request.label !== undefined;
    const given = givenScores(state, served, answering, rows, { isAsked, metadataOf, arrivedMs });
    const { pipeline } = served;
    if (!(given instanceof Promise)) return reply({ pipeline, requestId, asked, ...given });
    isLater = true;
    return given.then((later) => reply({ pipeline, requestId, asked, ...later })).finally(done);
  } finally {
    if (!isLater) done();
  }
}

/** It stands in each line of the prediction log. */
const longestProducer = 100;

interface Circumstances {
  /** The caller asks for this version. */
  readonly isAsked: boolean;
  readonly metadataOf: MetadataOf;
  readonly arrivedMs: number;
}

/** Of the epoch that was applied when the version was taken: nothing is awaited in between. */
function givenScores(
  state: ServingState,
  served: ServedPipeline,
  answering: Answering,
  rows: RequestRows,
  { isAsked, metadataOf, arrivedMs }: Circumstances,
): GivenScores | Promise<GivenScores> {
  const { shared: traffic, tally } = served.applied;
  const allowed = {
    deadlineMs: traffic?.traffic.deadlineMs ?? Number.POSITIVE_INFINITY,
    fallbackMs: traffic?.fallbackMs() ?? 0,
  };
  const time = timeLeft(state.deadlines, allowed, metadataOf, arrivedMs);
  if (isAsked) return answerAsked(state, served, answering, rows, time);
  if (traffic === undefined) return givenAlone(state, served, answering, rows, tally);
  const choice = chooseVariant(traffic.draw, rows.requestId, metadataOf);
  return rendezvous(state, served, answering, { ...rows, traffic, tally, choice, time });
}

function givenAlone(
  state: ServingState,
  served: ServedPipeline,
  answering: Answering,
  rows: RequestRows,
  tally: TallyCounter,
): GivenScores | Promise<GivenScores> {
  const reason = 'alone';
  const scores = answerRows(state, served, answering, rows, reason, tally);
  if (!(scores instanceof Promise)) return { answering, reason, scores };
  return scores.then((later) => ({ answering, reason, scores: later }));
}
