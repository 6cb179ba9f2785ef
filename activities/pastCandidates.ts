import type { GateRule } from '../core/gatePlan.ts';
import type { LedgerEntry, VersionRecord } from '../core/ledger.ts';
import type { Measures } from '../core/measures.ts';
import type { Scorecard } from '../core/scorecard.ts';
import type { PastCandidate } from '../core/tryGate.ts';
import { completeCard } from '../models/completeCard.ts';
import { readLedger } from '../registry/ledger.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObjectJson, objectKey } from '../storage/objects.ts';
import { planOf } from './planOf.ts';

/** What is read of past candidates: those of which rules, how many of the newest, and the pipeline file's own measures. */
export interface PastWanted {
  readonly rules: readonly GateRule[];
  readonly over: number;
  readonly own: Measures;
}

/** The newest candidates of a pipeline, oldest first, with their cards as far as these are kept. Throws `ledger.broken`. */
export async function pastCandidates(
  store: ObjectStore,
  pipeline: string,
  { rules, over, own }: PastWanted,
): Promise<PastCandidate[]> {
  const entries = await readLedger(store, pipeline);
  const isCandidate = ({ event }: LedgerEntry) => event.kind === 'registered' && event.record.refresh === undefined;
  const registered = entries.flatMap((entry, at) => (isCandidate(entry) ? [at] : [])).slice(-over);
  const candidates: PastCandidate[] = [];
  let before = 0;
  for (const at of registered) {
    const event = entries[at]?.event;
    if (event?.kind !== 'registered') continue;
    const { version, asOf, verdict } = event.record;
    const card = await cardOf(store, event.record, rules, own);
    const isAnewAnchored = entries
      .slice(before, at)
      .some((entry, place) => isAnchored(entry, entries[before + place - 1]));
    candidates.push({ version, asOf, outcome: verdict.outcome, card, isAnewAnchored });
    before = at;
  }
  return candidates;
}

function isAnchored({ event, aliases }: LedgerEntry, previous: LedgerEntry | undefined): boolean {
  return event.kind === 'made reference' || aliases.reference !== previous?.aliases.reference;
}

/** Without profiles the cost is the share of wrong answers. */
const evenCosts = { falsePositive: 1, falseNegative: 1 };

async function cardOf(
  store: ObjectStore,
  record: VersionRecord,
  rules: readonly GateRule[],
  own: Measures,
): Promise<PastCandidate['card']> {
  if (!(await store.has(objectKey(record.scorecard)))) return { gone: 'its scorecard was swept' };
  const card = await getObjectJson<Scorecard>(store, record.scorecard);
  const wanted = rules.flatMap((rule) => ('cost' in rule || rule.slice !== undefined ? [] : [rule.metric]));
  if (wanted.every((metric) => card.metrics[metric] !== undefined)) return card;
  const { search, scorecard } = await planOf(store, record.plan);
  const costs = scorecard.profiles?.[0] ?? evenCosts;
  return completeCard(store, card, [...new Set(wanted)], { seed: search.seed, costs, own });
}
