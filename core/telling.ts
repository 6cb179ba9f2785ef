/** What came of one attempt to tell a receiver. */
export interface Telling {
  /** `in turn`: an older entry of the same alert comes first. `known`: nobody waits for it any more. */
  readonly outcome: 'told' | 'refused' | 'failed' | 'in turn' | 'known';
  /** Without the address: it may be a secret. */
  readonly why: string;
  /** The receiver's own wish. */
  readonly afterMs?: number;
}

/** What a receiver's answer means: 2xx is told; what may pass is tried again; any other answer is final. */
export function tellingOf(status: number, retryAfter: string | null, nowMs: number): Telling {
  const why = `it answered ${status}`;
  if (status >= 200 && status < 300) return { outcome: 'told', why };
  if (!mayPass.has(status) && status < 500) return { outcome: 'refused', why };
  const afterMs = retryAfterMs(retryAfter, nowMs);
  return { outcome: 'failed', why, ...(afterMs === undefined ? {} : { afterMs }) };
}

/**
 * How long to wait before the next attempt, in ms, or null: it is given up. Doubles from 2 seconds to half an hour, for a
 * day; the receiver's own wish counts where it is longer, up to six hours: one that is wrong loses nothing.
 */
export function waitBeforeTelling(attempts: number, spentMs: number, wishMs = 0): number | null {
  const waitMs = Math.max(
    Math.min(wishMs, longestWishMs),
    Math.min(firstWaitMs * 2 ** Math.min(attempts - 1, 20), longestWaitMs),
  );
  return spentMs + waitMs > giveUpAfterMs ? null : waitMs;
}

const firstWaitMs = 2_000;
const longestWaitMs = 30 * 60_000;
const longestWishMs = 6 * 3_600_000;
const giveUpAfterMs = 24 * 3_600_000;

/** Request Timeout, Too Early, Too Many Requests. */
const mayPass: ReadonlySet<number> = new Set([408, 425, 429]);

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function retryAfterMs(text: string | null, nowMs: number): number | undefined {
  if (text === null) return undefined;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
