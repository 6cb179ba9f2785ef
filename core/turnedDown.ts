import type { LedgerEntry } from './ledger.ts';

/** For people: who turned a version down since it was last put in charge, and why; null where nobody did. */
export function turnedDown(ledger: readonly LedgerEntry[], version: number): string | null {
  const last = ledger.findLast(
    ({ event }) => 'version' in event && event.version === version && settling.has(event.kind),
  );
  return last?.event.kind === 'rejected' ? `version ${version} was turned down by ${last.who}: ${last.why}` : null;
}

const settling = new Set(['rejected', 'promoted', 'rolled back']);
