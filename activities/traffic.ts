import { requireApprovals } from '../core/approvals.ts';
import { canonicalJson } from '../core/canonicalJson.ts';
import { checkTraffic } from '../core/checkTraffic.ts';
import { WhetError } from '../core/errors.ts';
import type { LedgerEntry, LedgerEvent } from '../core/ledger.ts';
import type { Authorship } from '../core/ledgerRules.ts';
import { eventText } from '../core/ledgerText.ts';
import { besideRollout } from '../core/rolloutTraffic.ts';
import type { Traffic } from '../core/routing.ts';
import { plannedTraffic, type TrafficWish } from '../core/servingPlan.ts';
import { isVersionNumber } from '../core/trafficInput.ts';
import { approvalCase } from '../registry/approvalCase.ts';
import { appendAfter, contended, digestedLedger, maxAttempts } from '../registry/ledger.ts';
import { requireHeld } from '../registry/requireHeld.ts';
import { followLedger } from '../registry/routingCopy.ts';
import { findVersion, versionOf } from '../registry/versions.ts';
import { planOf } from './planOf.ts';
import type { Ports } from './ports.ts';

/** A person's word on how the requests of `pipeline` are shared. */
export interface TrafficDecision extends Authorship {
  readonly pipeline: string;
  /** Null: the champion answers all. */
  readonly traffic: TrafficWish<number> | null;
  /** A rollout is under way, whose variants stay. */
  readonly keepsRollout: boolean;
}

export function createTrafficActivities({ store }: Ports) {
  return {
    /**
     * Writes the traffic to the ledger, whole, and lets the routing follow; tells it in words. Throws `traffic.invalid`,
     * `version.unknown`, `version.swept`, and for a version that would answer and never did what its approvals lack.
     */
    async shareTraffic(decision: TrafficDecision): Promise<string> {
      const { pipeline, who, why, at } = decision;
      for (let tries = 0; tries < maxAttempts; tries += 1) {
        const held = await digestedLedger(store, pipeline);
        const ledger = held.map(({ entry }) => entry);
        const last = ledger.at(-1);
        const event = { kind: 'traffic set', traffic: await trafficOf(store, decision, ledger) } satisfies LedgerEvent;
        const isThere = last !== undefined && isSame(last, event, { who, why, at });
        const entry = isThere ? last : await appendAfter(store, pipeline, held.at(-1), event, { who, why, at });
        if (entry === undefined) continue;
        await followLedger(store, pipeline, entry);
        return eventText(entry.event);
      }
      throw contended(pipeline);
    },
  };
}

/** An activity that is tried again finds what it wrote. */
function isSame(entry: LedgerEntry, event: LedgerEvent, { who, why, at }: Authorship): boolean {
  const isOfIt = canonicalJson(entry.event) === canonicalJson(event);
  return isOfIt && entry.who === who && entry.why === why && entry.at === at;
}

async function trafficOf(
  store: Ports['store'],
  { pipeline, traffic, keepsRollout, at }: TrafficDecision,
  ledger: readonly LedgerEntry[],
): Promise<Traffic<number> | null> {
  const { version: champion = null, traffic: before } = ledger.at(-1)?.routing ?? {};
  if (champion === null) {
    throw new WhetError('version.unknown', {
      expected: `a champion of '${pipeline}'`,
      came: 'none: promote one first',
    });
  }
  const { serving } = await planOf(store, (await findVersion(store, pipeline, champion)).plan);
  const set = traffic === null ? undefined : plannedTraffic(traffic, serving);
  const whole = keepsRollout ? besideRollout(before, set) : set;
  if (whole === undefined) return null;
  const checked = checkTraffic(whole, isVersionNumber);
  for (const [name, { version }] of Object.entries(checked.variants)) {
    await requireHeld(store, pipeline, versionOf(pipeline, version, ledger));
    if (!answers(checked, name) || wasChampion(ledger, version)) continue;
    requireApprovals(await approvalCase(store, pipeline, version, ledger), Date.parse(at));
  }
  return checked;
}

function answers({ variants, rules, fallback }: Traffic<number>, name: string): boolean {
  return (variants[name]?.weight ?? 0) > 0 || rules.some(({ variant }) => variant === name) || fallback.includes(name);
}

/** What answered every request may answer some. */
function wasChampion(ledger: readonly LedgerEntry[], version: number): boolean {
  return ledger.some(({ routing }) => routing.version === version);
}
