import type { LedgerEntry, RefreshedFrom, VersionRecord } from './ledger.ts';

/** The version that a version's weights were trained as: its own number unless it is a refresh. */
export function weightsVersion({ version, refresh }: Pick<VersionRecord, 'version' | 'refresh'>): number {
  return refresh?.weights ?? version;
}

/** What a refresh of a version leaves as it was. */
export function refreshOf(champion: VersionRecord): RefreshedFrom {
  return { of: champion.version, weights: weightsVersion(champion) };
}

/** What the refreshes of a ledger were made of, by their number. */
export function refreshesIn(ledger: readonly LedgerEntry[]): ReadonlyMap<number, RefreshedFrom> {
  const found = ledger.flatMap(({ event }): [number, RefreshedFrom][] => {
    const record = event.kind === 'registered' ? event.record : undefined;
    return record?.refresh === undefined ? [] : [[record.version, record.refresh]];
  });
  return new Map(found);
}

/** For people: `refreshed from version 5: the tables of 2001-03-15T15 with the weights of version 3`. */
export function refreshText({ of, weights }: RefreshedFrom, asOf: string): string {
  return `refreshed from version ${of}: the tables of ${asOf} with the weights of version ${weights}`;
}
