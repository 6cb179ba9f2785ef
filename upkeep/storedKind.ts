/** What lies under a key of the store. `unknown` is what a later version wrote, or a person: it is kept, and all it names. */
export type StoredKind =
  | 'object'
  | 'stage'
  | 'partition'
  | 'source index'
  | 'hint'
  | 'snapshot'
  | 'snapshot log'
  | 'sketch'
  | 'work'
  | 'readmission'
  | 'erasure'
  | 'trial'
  | 'checkpoint'
  | 'plan'
  | 'run'
  | 'scoring'
  | 'ledger entry'
  | 'ledger page'
  | 'note'
  | 'copy of the ledger'
  | 'lease'
  | 'predictions'
  | 'traffic'
  | 'feedback'
  | 'alert entry'
  | 'look'
  | 'backtest'
  | 'decision'
  | 'retraining'
  | 'pin'
  | 'upkeep'
  | 'unknown';

const id = '[0-9a-f]{64}';
const name = '[^/]+';

const patterns: readonly (readonly [StoredKind, RegExp])[] = [
  ['object', new RegExp(`^objects/${id}$`)],
  ['stage', new RegExp(`^stages/(?:matrix-|table-|fit-)?${id}\\.json$`)],
  [
    'partition',
    new RegExp(
      `^datasets/${name}/partitions/${id}/(?:report\\.json|across\\.json|quarantine\\.parquet(?:\\.sum\\.json)?)$`,
    ),
  ],
  ['source index', new RegExp(`^datasets/${name}/sources/${id}-${name}\\.json$`)],
  ['hint', new RegExp(`^datasets/${name}/(?:latest|window|sources/(?:known|seen)-${name})\\.json$`)],
  ['hint', new RegExp(`^features/${id}/latest\\.json$`)],
  ['hint', new RegExp(`^joined/${name}/labels\\.json$`)],
  ['work', new RegExp(`^work/${id}/\\d+\\.json$`)],
  ['snapshot', new RegExp(`^snapshots/sn1-${id}\\.json$`)],
  ['snapshot log', new RegExp(`^datasets/${name}/snapshots/(?:\\d+|ids/sn1-${id})\\.json$`)],
  ['sketch', new RegExp(`^datasets/${name}/sketches/${name}\\.json$`)],
  ['readmission', new RegExp(`^datasets/${name}/readmissions/\\d+\\.json$`)],
  ['erasure', new RegExp(`^datasets/${name}/erasures/\\d+(?:-done)?\\.json$`)],
  ['trial', new RegExp(`^trials/${id}/(?:starts/${name}|lease|result)\\.json$`)],
  ['checkpoint', new RegExp(`^checkpoints/${id}/\\d+\\.(?:json|sha256=${id}\\.weights)$`)],
  ['plan', new RegExp(`^plans/${id}\\.json$`)],
  ['run', new RegExp(`^runs/${name}/${name}/\\d+\\.json$`)],
  ['scoring', new RegExp(`^scores/${name}/${name}\\.json$`)],
  ['ledger entry', new RegExp(`^models/${name}/ledger/\\d+\\.json$`)],
  ['ledger page', new RegExp(`^models/${name}/pages/\\d+\\.json$`)],
  ['note', new RegExp(`^models/${name}/notes/\\d+\\.json$`)],
  [
    'copy of the ledger',
    new RegExp(`^(?:models/${name}/aliases|serving/${name}/routing|alerts/${name}/newest)\\.json$`),
  ],
  ['lease', new RegExp(`^serving/${name}/workers/${name}\\.json$`)],
  ['predictions', new RegExp(`^predictions/${name}/${name}/${name}\\.ndjson$`)],
  ['traffic', new RegExp(`^traffic/${name}/${name}/${name}\\.ndjson$`)],
  ['feedback', new RegExp(`^feedback/${name}/${name}/${name}\\.ndjson$`)],
  ['alert entry', new RegExp(`^alerts/${name}/\\d+\\.json$`)],
  ['look', new RegExp(`^looks/${name}/${name}\\.json$`)],
  ['decision', new RegExp(`^decisions/${name}/${name}\\.json$`)],
  ['retraining', new RegExp(`^retraining/${name}\\.json$`)],
  ['backtest', /^backtests\//],
  ['pin', /^pins\//],
  ['upkeep', /^upkeep\//],
];

/** What lies under a key. */
export function kindOf(key: string): StoredKind {
  return patterns.find(([, pattern]) => pattern.test(key))?.[0] ?? 'unknown';
}

/** The ids (64 hexadecimal digits) under which others know what lies under a key. */
export function idsOf(key: string): string[] {
  return key.match(new RegExp(`(?<![0-9a-f])${id}(?![0-9a-f])`, 'g')) ?? [];
}
