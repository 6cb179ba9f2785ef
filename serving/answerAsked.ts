import { WhetError } from '../core/errors.ts';
import { answerRows, type RequestRows } from './answerRows.ts';
import { askVariant, type Seat } from './askVariant.ts';
import type { Deadlines } from './deadlines.ts';
import { expireAt } from './expireAt.ts';
import type { GivenScores } from './rendezvous.ts';
import type { ServedPipeline } from './servedPipeline.ts';
import type { ServingState } from './servingState.ts';
import type { Answering } from './slots.ts';
import type { TimeLeft } from './timeLeft.ts';

/**
 * Scores a request by the one version that its caller asks for; nobody else answers for it. Throws what its scorer throws,
 * `model.no-score`, `variant.late` and `model.not-ready`.
 */
export async function answerAsked(
  state: ServingState,
  served: ServedPipeline,
  answering: Answering,
  request: RequestRows,
  time: TimeLeft,
): Promise<GivenScores> {
  const reason = 'asked';
  const seat = seatOf(served, answering);
  const tally = answering === served.slots.champion ? served.applied.tally : undefined;
  if (seat === undefined) {
    return { answering, reason, scores: await answerRows(state, served, answering, request, reason, tally) };
  }
  const scores = await scoresInTime(state.deadlines, seat, request, time);
  const at = state.clock();
  seat.tally.answered();
  state.log.append({ pipeline: served.pipeline, at, answering, reason, scores, ...request });
  return { answering, reason, scores };
}

/** Undefined for what is in a slot. */
function seatOf({ applied }: ServedPipeline, answering: Answering): Seat | undefined {
  const seat = applied.shared?.seats.get(answering.variant);
  return seat?.variant.loaded === answering.loaded ? seat : undefined;
}

async function scoresInTime(
  deadlines: Deadlines,
  seat: Seat,
  { rows }: RequestRows,
  time: TimeLeft,
): Promise<Float32Array> {
  const asked = askVariant(seat, rows);
  const takeBack = expireAt(deadlines, time, time.waitEndMs, [asked]);
  await asked.done;
  takeBack();
  if (asked.trouble === undefined && asked.scores !== undefined) return asked.scores;
  if (asked.trouble === 'failed') throw asked.error;
  const code = asked.trouble === 'was late' ? 'variant.late' : 'model.not-ready';
  throw new WhetError(code, { expected: `scores of ${asked.name} in time`, came: `${asked.name} ${asked.trouble}` });
}
