import type { LedgerEntry } from './ledger.ts';
import { refreshesIn } from './weightsVersion.ts';

/**
 * Where a rollback without a number goes: the version below the champion on the pile that promotions make. A rollback
 * takes from the pile all that lay on the version it goes back to, so that a second one goes back further and not forth
 * again. A refresh lies where its weights lay: whoever goes back wants others. Null where nothing lies below.
 */
export function versionBefore(ledger: readonly LedgerEntry[]): number | null {
  const refreshes = refreshesIn(ledger);
  const weightsOf = (version: number): number => refreshes.get(version)?.weights ?? version;
  const pile: number[] = [];
  for (const { event } of ledger) {
    if (event.kind !== 'promoted' && event.kind !== 'rolled back') continue;
    const weights = weightsOf(event.version);
    const at = pile.findLastIndex((version) => weightsOf(version) === weights);
    if (event.kind === 'rolled back' && at >= 0) pile.length = at;
    if (at >= 0 && at === pile.length - 1) pile.pop();
    pile.push(event.version);
  }
  return pile.at(-2) ?? null;
}
