import { createHmac } from 'node:crypto';
import type { AlertMessage } from '../core/alertMessage.ts';
import { type Telling, tellingOf } from '../core/telling.ts';
import type { ReceiverPlan } from '../core/watchPlan.ts';

export interface Post {
  readonly receiver: ReceiverPlan;
  readonly message: AlertMessage;
  /** Of this attempt, milliseconds UTC. */
  readonly nowMs: number;
  /** Where `env:NAME` is looked up. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** After so long without an answer the receiver counts as silent. */
const patienceMs = 15_000;

/**
 * Sends a message once: a CloudEvents event in structured mode (application/cloudevents+json), signed as Standard Webhooks
 * asks for it (https://www.standardwebhooks.com). An answer that sends elsewhere is not followed.
 */
export async function postAlert({ receiver, message, nowMs, environment }: Post): Promise<Telling> {
  const url = fromEnvironment(receiver.url, environment);
  const key = keyOf(fromEnvironment(receiver.secret, environment));
  if (url === undefined || !URL.canParse(url)) return failed(`${receiver.url} gives no address at the pipeline worker`);
  if (key === undefined) return failed(`${receiver.secret} gives no secret such as whsec_… at the pipeline worker`);
  const body = JSON.stringify(message);
  const headers = { 'content-type': contentType, ...signed(message.id, Math.floor(nowMs / 1_000), body, key) };
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    await answer.body?.cancel();
    return tellingOf(answer.status, answer.headers.get('retry-after'), nowMs);
  } catch (error) {
    return failed(reasonOf(error));
  }
}

const contentType = 'application/cloudevents+json; charset=utf-8';

function signed(id: string, seconds: number, body: string, key: Buffer): Record<string, string> {
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': `${seconds}`, 'webhook-signature': `v1,${signature}` };
}

function failed(why: string): Telling {
  return { outcome: 'failed', why };
}

function fromEnvironment(text: string, environment: Post['environment']): string | undefined {
  return text.startsWith('env:') ? environment[text.slice('env:'.length)] : text;
}

/** Of 24 to 64 bytes, in base64. */
function keyOf(secret: string | undefined): Buffer | undefined {
  const base64 = /^whsec_([A-Za-z0-9+/]+=*)$/.exec(secret?.trim() ?? '')?.[1];
  const key = Buffer.from(base64 ?? '', 'base64');
  return key.length >= 24 && key.length <= 64 ? key : undefined;
}

/** A fault's own code, such as ECONNREFUSED: its message may hold the address. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it could not be reached';
  if (error.name === 'TimeoutError') return `it did not answer within ${patienceMs / 1_000} s`;
  const { code } = (error.cause ?? error) as { readonly code?: unknown };
  return `it could not be reached (${typeof code === 'string' ? code : error.name})`;
}
