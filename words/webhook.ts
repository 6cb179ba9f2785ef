import { type AlertSeverity, alertSeverities, type ReceiverPlan } from '../core/watchPlan.ts';
import { checkId } from './checkId.ts';
import { invalid } from './invalid.ts';

/** Who is told of alerts. */
export interface Receiver {
  readonly kind: 'webhook';
  /** Throws `pipeline.invalid`, naming `place`. */
  plan(place: string): ReceiverPlan;
}

export interface WebhookOptions {
  /** `webhook` when left out; each receiver of a pipeline has another. */
  readonly name?: string;
  /** An address, or `env:NAME`: the variable at the pipeline worker that holds it. */
  readonly url: string;
  /** `env:NAME`: the variable at the pipeline worker that holds the secret, `whsec_` and 24 to 64 bytes in base64. */
  readonly secret: `env:${string}`;
  /** All when left out. */
  readonly severities?: readonly AlertSeverity[];
}

/**
 * Sends alerts as signed Standard Webhooks, each with a CloudEvents event:
 * `webhook({ url: 'https://ops.example/alerts', secret: 'env:WHET_WEBHOOK_SECRET' })`.
 */
export function webhook(options: WebhookOptions): Receiver {
  return {
    kind: 'webhook',
    plan: (place) => {
      const { name = 'webhook', url, secret, severities: chosen } = options;
      checkId(name, `${place}, name`);
      if (!isVariable(url) && !isAddress(url)) throw invalid(`${place}, url`, 'an http address, or env:NAME', url);
      // What came is not shown: it may be the secret itself.
      if (!isVariable(secret))
        throw invalid(`${place}, secret`, 'env:NAME, the variable that holds it', 'another text');
      const wrong = chosen?.find((severity) => !alertSeverities.includes(severity));
      if (wrong !== undefined || chosen?.length === 0)
        throw invalid(`${place}, severities`, "some of 'page', 'ticket' and 'note'", wrong ?? chosen);
      return { kind: 'webhook', name, url, secret, ...(chosen === undefined ? {} : { severities: chosen }) };
    },
  };
}

function isVariable(text: unknown): boolean {
  return typeof text === 'string' && /^env:[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}

function isAddress(text: unknown): boolean {
  return typeof text === 'string' && /^https?:\/\//.test(text) && URL.canParse(text);
}
