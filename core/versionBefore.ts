import type { LedgerEntry } from './ledger.ts';

/**
 * Where a rollback without a number goes: the version below the champion on the pile that promotions make. A rollback
 * takes from the pile all that lay on the version it goes back to, so that a second one goes back further and not forth
 * again. Null where nothing lies below.
 */
export function versionBefore(ledger: readonly LedgerEntry[]): number | null {
  const pile: number[] = [];
  for (const { event } of ledger) {
    if (event.kind !== 'promoted' && event.kind !== 'rolled back') continue;
    const at = pile.lastIndexOf(event.version);
    if (event.kind === 'rolled back' && at >= 0) pile.length = at;
    if (pile.at(-1) !== event.version) pile.push(event.version);
  }
  return pile.at(-2) ?? null;
}
