import type { FastifyInstance, FastifyReply } from 'fastify';
import { type FeedbackAnswer, parseFeedback } from './parseFeedback.ts';
import type { ServingState } from './servingState.ts';
import { servedOf } from './takeVersion.ts';

interface FeedbackRoute {
  Params: { pipeline: string };
}

/** `POST /feedback/<pipeline>`, and the same as `POST /v2/models/<pipeline>/feedback`: labels that came back, stored when it answers 202. */
export function addFeedbackRoutes(server: FastifyInstance, state: ServingState): void {
  for (const path of ['/feedback/:pipeline', '/v2/models/:pipeline/feedback']) {
    server.post<FeedbackRoute>(path, { config: { role: 'feedback' } }, ({ params, body }, reply) =>
      feedback(state, params.pipeline, body, reply),
    );
  }
}

async function feedback(
  state: ServingState,
  name: string,
  body: unknown,
  reply: FastifyReply,
): Promise<FeedbackAnswer> {
  const { pipeline, slots } = servedOf(state.served, name);
  const answer = slots.champion?.loaded.package.answer;
  const lines = parseFeedback(body, { pipeline, answer, receivedMs: state.clock() }, state.maxRows);
  const once = [...new Map(lines.map((line) => [line.feedbackId, line])).values()];
  await state.feedback.append(once);
  reply.code(202);
  return { stored: once.length, repeated: lines.length - once.length };
}
