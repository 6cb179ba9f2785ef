import { approvalStanding, checkApproval, type MissingApproval } from '../core/approvals.ts';
import type { LedgerEntry, LedgerEvent } from '../core/ledger.ts';
import { leftToRelease } from '../core/leftToRelease.ts';
import type { ApprovalInput } from '../core/releaseMessages.ts';
import { approvalCase } from '../registry/approvalCase.ts';
import { appendAfter, contended, digestedLedger, maxAttempts } from '../registry/ledger.ts';
import type { Ports } from './ports.ts';

/** An approval of a version of `pipeline`; `at` is when it was given (ISO time, UTC). */
export interface ApprovalDecision extends ApprovalInput {
  readonly pipeline: string;
  readonly at: string;
}

export interface PauseDecision {
  readonly pipeline: string;
  readonly kind: 'paused' | 'resumed';
  readonly who: string;
  readonly why: string;
  readonly at: string;
}

/** People's words that hold a rollout back or let it go. Each is in the ledger before it counts. */
export function createApprovalActivities({ store }: Ports) {
  return {
    /** Writes an approval, checked against the very ledger that it is written to. Throws as `checkApproval`. */
    async approve({ pipeline, at, ...input }: ApprovalDecision): Promise<{ missing: readonly MissingApproval[] }> {
      const nowMs = Date.parse(at);
      const { version, who, role, why } = input;
      await decided(async () => {
        const held = await digestedLedger(store, pipeline);
        const ledger = held.map(({ entry }) => entry);
        if (ledger.some((entry) => isSame(entry, { kind: 'approved', version, role }, { who, why, at }))) return true;
        const asked = await approvalCase(store, pipeline, version, ledger);
        checkApproval(asked, input, nowMs);
        const expires = new Date(nowMs + (asked.plan?.expireAfterMs ?? 0)).toISOString();
        const event: LedgerEvent = { kind: 'approved', version, role, package: asked.record.package, expires };
        return (await appendAfter(store, pipeline, held.at(-1), event, { who, why, at })) !== undefined;
      }, pipeline);
      const ledger = (await digestedLedger(store, pipeline)).map(({ entry }) => entry);
      return { missing: approvalStanding(await approvalCase(store, pipeline, version, ledger), nowMs).missing };
    },

    /** Pauses or resumes a pipeline's releases; one that is so already stays as it is. */
    async setPaused({ pipeline, kind, who, why, at }: PauseDecision): Promise<void> {
      await decided(async () => {
        const held = await digestedLedger(store, pipeline);
        const { paused } = leftToRelease(held.map(({ entry }) => entry));
        if ((paused !== null) === (kind === 'paused')) return true;
        return (await appendAfter(store, pipeline, held.at(-1), { kind }, { who, why, at })) !== undefined;
      }, pipeline);
    },
  };
}

/** Tries until no other writer was first. */
async function decided(attempt: () => Promise<boolean>, pipeline: string): Promise<void> {
  for (let tries = 0; tries < maxAttempts; tries += 1) if (await attempt()) return;
  throw contended(pipeline);
}

/** An activity that is tried again finds what it wrote. */
function isSame(
  { event, ...entry }: LedgerEntry,
  wanted: { readonly kind: string; readonly version: number; readonly role: string },
  { who, why, at }: Pick<LedgerEntry, 'who' | 'why' | 'at'>,
): boolean {
  const { kind, version, role } = event.kind === 'approved' ? event : { kind: '', version: 0, role: '' };
  const isOfIt = kind === wanted.kind && version === wanted.version && role === wanted.role;
  return isOfIt && entry.who === who && entry.why === why && entry.at === at;
}
