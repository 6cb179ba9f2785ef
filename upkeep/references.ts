import type { LedgerEntry } from '../core/ledger.ts';
import type { RunRecord } from '../core/run.ts';
import { kindOf } from './storedKind.ts';

/** What a stored document names, by the ids of what is named. */
export interface References {
  /** Kept with the document, and whatever it names in turn. */
  readonly follow: readonly string[];
  /** Kept with the document; nothing is looked for in it. */
  readonly hold: readonly string[];
  /** Told for the sake of history: kept for no other reason than its own. */
  readonly mention: readonly string[];
}

/**
 * The references of a document. What is not said here follows: a field that a later version adds keeps what it names,
 * and may be said to be a mere mention when someone knows that it is one.
 */
export function referencesOf(key: string, value: unknown): References {
  switch (kindOf(key)) {
    case 'run':
      return ofRun(value as RunRecord);
    case 'ledger entry':
      return ofLedgerEntry(value as LedgerEntry);
    case 'snapshot log':
    case 'scoring':
      return { ...nothing, mention: idsIn(value) };
    case 'upkeep':
    case 'erasure':
      // It names what is to go, or is gone.
      return nothing;
    default:
      return ofAny(value);
  }
}

/**
 * A run keeps its plan and what people read of it: scorecard and trials. Whether it keeps the rest is the retention's to
 * say, by how long ago it was.
 */
function ofRun(run: RunRecord): References {
  const hold = [run.scorecard?.id, run.trials?.table].filter((id) => id !== undefined);
  return { follow: [run.plan], hold, mention: except(idsIn(run), [run.plan, ...hold]) };
}

/** The same of a version: whether its package is kept depends on whether it ever answered. */
function ofLedgerEntry({ event }: LedgerEntry): References {
  if (event.kind !== 'registered') return nothing;
  const { plan, scorecard } = event.record;
  return { follow: [plan], hold: [scorecard], mention: except(idsIn(event), [plan, scorecard]) };
}

/** Fields that name mere bytes: rows, weights, graphs, sketches. */
const namesOfBytes = new Set(['object', 'weights', 'digest', 'staged', 'sketches', 'testScores']);
/** Fields that tell where something came from, and without which it is whole. */
const namesOfHistory = new Set(['lineage', 'sources']);

/** A field decides for all that is in it. */
function ofAny(value: unknown): References {
  const found = { follow: new Set<string>(), hold: new Set<string>(), mention: new Set<string>() };
  const visit = (held: unknown, into: Set<string>): void => {
    if (typeof held === 'string') for (const id of idsInText(held)) into.add(id);
    if (typeof held !== 'object' || held === null) return;
    for (const [name, one] of Object.entries(held)) {
      const own = namesOfHistory.has(name) ? found.mention : namesOfBytes.has(name) ? found.hold : into;
      visit(name, into);
      visit(one, into === found.mention ? into : own);
    }
  };
  visit(value, found.follow);
  const follow = [...found.follow];
  const hold = except([...found.hold], follow);
  return { follow, hold, mention: except([...found.mention], [...follow, ...hold]) };
}

/** All ids that a value names anywhere. */
export function idsIn(value: unknown): string[] {
  const { follow, hold, mention } = ofAny(value);
  return [...follow, ...hold, ...mention];
}

function idsInText(text: string): readonly string[] {
  return text.length < 64 ? [] : (text.match(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g) ?? []);
}

function except(ids: readonly string[], others: readonly string[]): string[] {
  const left = new Set(ids);
  for (const other of others) left.delete(other);
  return [...left];
}

const nothing: References = { follow: [], hold: [], mention: [] };
