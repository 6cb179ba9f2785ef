import { answerRows } from './answerRows.ts';
import type { RawRows } from './parseRows.ts';
import type { RowShape } from './rowShape.ts';
import type { ServingState } from './servingState.ts';
import type { Answering } from './slots.ts';
import { servedOf, takeVersion } from './takeVersion.ts';

/** A request for scores, as each route hands it in, whatever protocol it came by. */
export interface ScoreRequest<Asked extends AskedRows> {
  /** The pipeline's id, as the caller wrote it. */
  readonly model: string;
  /** A version's number or alias, where the caller asks for that one; the routing chooses otherwise. */
  readonly label: string | undefined;
  /** Reads the body by the row's shape. Throws what is wrong with it. */
  readonly read: (shape: RowShape) => Asked;
}

/** What every body has, beside what its protocol adds. */
export interface AskedRows {
  /** The caller's own id. */
  readonly id: string | undefined;
  readonly rows: RawRows;
}

/** Scores, and who gave them. */
export interface Answered<Asked extends AskedRows> {
  readonly pipeline: string;
  readonly requestId: string;
  readonly asked: Asked;
  readonly answering: Answering;
  /** One for each row, in [0, 1]. */
  readonly scores: Float32Array;
}

/**
 * Answers a request from beginning to end: who answers is chosen, the body is read, scored, counted and logged. `reply`
 * makes the answer while the version that gave it is still held. Throws `model.unknown`, `model.not-ready`, `model.no-such-version`, `model.no-score`, and
 * what `read` throws.
 */
export async function answerRequest<Asked extends AskedRows, Reply>(
  state: ServingState,
  { model, label, read }: ScoreRequest<Asked>,
  reply: (answered: Answered<Asked>) => Reply,
): Promise<Reply> {
  const served = servedOf(state.served, model);
  const answering = takeVersion(served, label);
  try {
    const asked = read(answering.loaded.shape);
    const requestId = state.requestId();
    const scores = await answerRows(state, served, answering, { requestId, id: asked.id, rows: asked.rows });
    return reply({ pipeline: served.pipeline, requestId, asked, answering, scores });
  } finally {
    served.slots.done(answering);
  }
}
