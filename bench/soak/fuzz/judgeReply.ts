import { goodRow, pipeline, scoreOf } from '../../../test/serving/fixture.ts';
import type { FuzzCase } from './fuzzCase.ts';
import type { FuzzReply } from './sendCase.ts';

/** The refusals that there are. */
const refusals = [400, 404, 405, 408, 413, 414, 415, 422, 431, 501];

/** What is wrong with an answer; undefined where nothing is. */
export function judgeReply({ kind, method, headers }: FuzzCase, { status, body }: FuzzReply): string | undefined {
  if (kind.startsWith('good')) return judgeGood(status, body);
  if (status !== 200) {
    const isLate = status === 504 && 'x-whet-deadline-ms' in headers;
    if (!isLate && !refusals.includes(status)) return `status ${status}: ${JSON.stringify(body)}`;
    const { error } = (body ?? {}) as { error?: unknown };
    return typeof error === 'string' && error !== '' ? undefined : `status ${status} without an error`;
  }
  if (typeof body !== 'object' || body === null) return method === 'OPTIONS' ? undefined : 'an answer that is no JSON';
  const strange = scoresOf(body).find((score) => !(typeof score === 'number' && score >= 0 && score <= 1));
  return strange === undefined ? undefined : `the score ${JSON.stringify(strange)}`;
}

const goodScore = scoreOf(1, 12, goodRow.distance, goodRow.origin);

function judgeGood(status: number, body: unknown): string | undefined {
  const scores = typeof body === 'object' && body !== null ? scoresOf(body) : [];
  const isRight = (score: unknown): boolean => typeof score === 'number' && Math.abs(score - goodScore) < 1e-5;
  if (status === 200 && scores.length > 0 && scores.every(isRight)) return undefined;
  return `${pipeline} answered ${status} ${JSON.stringify(body)} to a good request`;
}

/** Wherever an answer has them: of one row, of many, or as a tensor of JSON. */
function scoresOf(body: object): unknown[] {
  const { score, predictions, outputs } = body as Partial<Record<'score' | 'predictions' | 'outputs', unknown>>;
  if (score !== undefined) return [score];
  if (Array.isArray(predictions)) return predictions.map((each) => each?.score);
  if (!Array.isArray(outputs)) return [];
  return outputs.flatMap((output) => (output?.name === 'score' && Array.isArray(output.data) ? output.data : []));
}
