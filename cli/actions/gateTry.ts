import { resolve } from 'node:path';
import { planOf } from '../../activities/planOf.ts';
import { WhetError } from '../../core/errors.ts';
import type { GateRule } from '../../core/gatePlan.ts';
import type { LedgerEntry, VersionRecord } from '../../core/ledger.ts';
import type { Measures } from '../../core/measures.ts';
import type { Plan } from '../../core/plan.ts';
import { ruleText } from '../../core/ruleText.ts';
import type { Scorecard } from '../../core/scorecard.ts';
import { type PastCandidate, tryGate } from '../../core/tryGate.ts';
import { completeCard } from '../../models/completeCard.ts';
import { readLedger } from '../../registry/ledger.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { getObjectJson, objectKey } from '../../storage/objects.ts';
import { loadCatalogue, loadMeasures, loadRules } from '../../workers/catalogue.ts';
import { openWorkplace, type Workplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, printTable } from '../output.ts';

interface TryOptions extends JsonOption {
  readonly rules?: string;
  readonly over: string;
}

/** Judges past candidates by other rules, against the champions that were. Throws `pipeline.unknown`, `input.invalid`. */
export async function gateTry(pipeline: string, { rules: file, over, json }: TryOptions): Promise<void> {
  const workplace = openWorkplace();
  const plan = (await loadCatalogue(workplace.folder)).get(pipeline);
  if (plan === undefined) throw unknown(pipeline);
  const rules = file === undefined ? plan.gate : await loadRules(resolve(file));
  const past = await pastCandidates(workplace, plan, rules, countOf(over));
  const tried = tryGate(rules, past, plan.window.testMs);
  const changed = tried.filter(({ before, now }) => now !== null && now !== before);
  const open = tried.filter(({ now }) => now === null);
  const counts = { candidates: tried.length, changed: changed.length, notRecomputed: open.length };
  if (json) return printJson({ pipeline, rules: rules.map(ruleText), ...counts, verdicts: tried });
  const shown = [...changed, ...open].sort((a, b) => a.version - b.version);
  if (shown.length > 0) {
    const cells = shown.map((one) => [`${one.version}`, one.asOf, one.before, one.now ?? 'cannot be told', one.why]);
    printTable([['version', 'as of', 'was', 'would be', 'why'], ...cells]);
  }
  print(
    `${counts.candidates} candidates, each against the champion that was: ${counts.changed} verdicts change, ${counts.notRecomputed} cannot be told`,
  );
}

async function pastCandidates(
  { store, folder }: Workplace,
  plan: Plan,
  rules: readonly GateRule[],
  over: number,
): Promise<PastCandidate[]> {
  const entries = await readLedger(store, plan.pipeline);
  const registered = entries.flatMap((entry, at) => (entry.event.kind === 'registered' ? [at] : [])).slice(-over);
  const own = (await loadMeasures(folder)).get(plan.pipeline) ?? {};
  const candidates: PastCandidate[] = [];
  let before = 0;
  for (const at of registered) {
    const { event } = entries[at] as LedgerEntry;
    if (event.kind !== 'registered') continue;
    const { version, asOf, verdict } = event.record;
    const card = await cardOf(store, event.record, rules, own);
    const isAnewAnchored = entries.slice(before, at).some((entry, place) => isAnchored(entries, before + place, entry));
    candidates.push({ version, asOf, outcome: verdict.outcome, card, isAnewAnchored });
    before = at;
  }
  return candidates;
}

function isAnchored(entries: readonly LedgerEntry[], at: number, { event, aliases }: LedgerEntry): boolean {
  return event.kind === 'made reference' || aliases.reference !== entries[at - 1]?.aliases.reference;
}

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
  const costs = scorecard.profiles?.[0] ?? { falsePositive: 1, falseNegative: 1 };
  return completeCard(store, card, [...new Set(wanted)], { seed: search.seed, costs, own });
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new WhetError('input.invalid', { expected: 'a whole number from 1 for --over', came: `'${text}'` });
}

function unknown(pipeline: string): WhetError {
  return new WhetError('pipeline.unknown', { expected: 'a pipeline of pipelines/', came: `'${pipeline}'` });
}
