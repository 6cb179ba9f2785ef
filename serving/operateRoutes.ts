import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type AlertWord, alertExamples, alertWords } from '../core/alertWords.ts';
import { WhetError } from '../core/errors.ts';
import { type ReleaseWord, releaseWords } from '../core/releaseMessages.ts';
import { trafficExample } from '../core/trafficInput.ts';
import type { Operate } from './operate.ts';
import { parseJson } from './parseBody.ts';
import { isObject } from './parseRows.ts';

/** The name of the API key that a request came with; undefined where none is asked for. */
export type KeyName = (request: FastifyRequest) => string | undefined;

interface ReleaseRoute {
  Params: { pipeline: string };
}

/**
 * `GET /release/<pipeline>`: where it stands. `POST /release/<pipeline>/<word>` with one JSON object: what a person
 * decides. For keys of the role `operate`; who it is stands in the body, and by which key it came in the ledger.
 * `POST /alerts/<pipeline>/<word>`: the same of its alerts, in their log.
 */
export function addOperateRoutes(server: FastifyInstance, operate: Operate, keyName: KeyName = () => undefined): void {
  const config = { role: 'operate' } as const;
  server.get<ReleaseRoute>('/release/:pipeline', { config }, ({ params }) => operate.standing(params.pipeline));
  for (const word of releaseWords) {
    server.post<ReleaseRoute>(`/release/:pipeline/${word}`, { config }, (request) =>
      operate.say(request.params.pipeline, word, spoken(word, request, keyName(request))),
    );
  }
  for (const word of alertWords) {
    server.post<ReleaseRoute>(`/alerts/:pipeline/${word}`, { config }, (request) =>
      operate.sayToAlerts(request.params.pipeline, word, spoken(word, request, keyName(request))),
    );
  }
}

function spoken(
  word: ReleaseWord | AlertWord,
  request: FastifyRequest,
  key: string | undefined,
): Record<string, unknown> {
  requireJsonType(request);
  const advice = `Send for example ${examples[word]}.`;
  const body = Buffer.isBuffer(request.body) && request.body.length > 0 ? parseJson(request.body, advice) : {};
  if (!isObject(body))
    throw new WhetError('request.invalid', { expected: 'one JSON object', came: typeof body, todo: advice });
  return key === undefined ? body : withKey(word, body, key);
}

/** In the ledger the key stands behind the reason. One that must be there and is not stays away, to be refused. */
function withKey(word: ReleaseWord | AlertWord, body: Record<string, unknown>, key: string): Record<string, unknown> {
  const { why = needReason.includes(word) ? undefined : 'no reason given' } = body;
  const isReason = typeof why === 'string' && why.trim() !== '';
  return isReason ? { ...body, why: `${why} (by the key '${key}')` } : body;
}

/** A page of another site can make a browser send a form's or plain text's type here, but not this one. */
function requireJsonType({ headers }: FastifyRequest): void {
  const type = headers['content-type'];
  if (type !== undefined && /^application\/json\b/i.test(type)) return;
  const todo = 'Send it with the header Content-Type: application/json.';
  throw new WhetError('request.invalid', { expected: 'the type application/json', came: type ?? 'none', todo });
}

const person = '{"version": 3, "who": "ana", "why": "looks right"}';
const pause = '{"who": "ana", "why": "the shop is on sale"}';
const needReason: readonly string[] = ['approve', ...alertWords];
const examples: Readonly<Record<ReleaseWord | AlertWord, string>> = {
  ...alertExamples,
  approve: '{"version": 3, "who": "ana", "role": "risk", "why": "looks right"}',
  reject: person,
  promote: person,
  rollback: '{"who": "ana", "why": "complaints since noon"}',
  reference: person,
  traffic: trafficExample,
  pause,
  resume: pause,
};
