import { WhetError } from './errors.ts';
import type { LedgerEntry } from './ledger.ts';
import { didYouMean } from './nearestName.ts';
import { durationMs } from './time.ts';
import { refreshesIn } from './weightsVersion.ts';

/** What may be kept for a while, each by its own age; what others need is kept beyond it. */
export type Perishable =
  | 'runs'
  | 'versions'
  | 'refreshes'
  | 'snapshots'
  | 'partitions'
  | 'sources'
  | 'stages'
  | 'trials'
  | 'checkpoints'
  | 'predictions'
  | 'traffic'
  | 'alerts'
  | 'testScores'
  | 'backtests';

export interface Retention {
  /** What nothing needs any more goes when it was seen so for this long, in milliseconds. */
  readonly graceMs: number;
  /** So many of the newest runs of each pipeline keep all that they read and made. */
  readonly newestRuns: number;
  /** Milliseconds since it was written; null for ever. */
  readonly keepMs: Readonly<Record<Perishable, number | null>>;
  /** Bytes: the oldest goes first where there is more. */
  readonly mostBytes: Readonly<Partial<Record<Perishable, number>>>;
}

/** What holds where nobody says otherwise. */
export const defaultRetention: Retention = retentionOf({
  grace: '24 hours',
  newestRuns: 24,
  keep: {
    runs: '365 days',
    versions: '30 days',
    refreshes: '2 days',
    snapshots: '7 days',
    partitions: '30 days',
    sources: '7 days',
    stages: '7 days',
    trials: '14 days',
    checkpoints: '2 days',
    predictions: '90 days',
    traffic: '90 days',
    alerts: '365 days',
    testScores: '30 days',
    backtests: '30 days',
  },
});

/**
 * A retention as it is written: `{"grace":"24 hours","newestRuns":24,"keep":{"predictions":"90 days","runs":"for ever"},
 * "most":{"predictions":"20 GB"}}`. What it does not name is as `before`. Throws `input.invalid`, `duration.invalid`.
 */
export function parseRetention(written: unknown, before: Retention = defaultRetention): Retention {
  requireNames(written, ['grace', 'newestRuns', 'keep', 'most'], 'retention');
  requireNames(written.keep ?? {}, perishables, 'retention.keep');
  requireNames(written.most ?? {}, perishables, 'retention.most');
  return retentionOf(written as WrittenRetention, before);
}

interface WrittenRetention {
  readonly grace?: string;
  readonly newestRuns?: number;
  readonly keep?: Readonly<Partial<Record<Perishable, string>>>;
  readonly most?: Readonly<Partial<Record<Perishable, string>>>;
}

const perishables: readonly Perishable[] = [
  'runs',
  'versions',
  'refreshes',
  'snapshots',
  'partitions',
  'sources',
  'stages',
  'trials',
  'checkpoints',
  'predictions',
  'traffic',
  'alerts',
  'testScores',
  'backtests',
];

function retentionOf(written: WrittenRetention, before?: Retention): Retention {
  const { grace, newestRuns, keep = {}, most = {} } = written;
  const kept = Object.entries(keep).map(([name, text]) => [name, ageOf(text, `retention.keep.${name}`)]);
  const bounded = Object.entries(most).map(([name, text]) => [name, bytesOf(text, `retention.most.${name}`)]);
  return {
    graceMs: grace === undefined ? (before?.graceMs ?? 0) : durationMs(grace, 'retention.grace'),
    newestRuns: newestRuns === undefined ? (before?.newestRuns ?? 0) : wholeOf(newestRuns),
    keepMs: { ...before?.keepMs, ...Object.fromEntries(kept) },
    mostBytes: { ...before?.mostBytes, ...Object.fromEntries(bounded) },
  };
}

function requireNames(
  value: unknown,
  names: readonly string[],
  place: string,
): asserts value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new WhetError('input.invalid', { expected: `an object in ${place}`, came: JSON.stringify(value) });
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const came = `'${unknown}'${didYouMean(unknown, names)}`;
  throw new WhetError('input.invalid', { expected: `one of ${names.join(', ')} in ${place}`, came });
}

function ageOf(text: unknown, place: string): number | null {
  return text === 'for ever' ? null : durationMs(String(text), place);
}

function bytesOf(text: unknown, place: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ([MGT])B$/.exec(String(text)) ?? [];
  if (number !== undefined) return Number(number) * 10 ** ({ M: 6, G: 9, T: 12 }[unit ?? ''] ?? 0);
  throw new WhetError('input.invalid', { expected: `bytes such as '20 GB' in ${place}`, came: JSON.stringify(text) });
}

function wholeOf(count: unknown): number {
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 1) return count;
  const expected = 'a whole number from 1 in retention.newestRuns';
  throw new WhetError('input.invalid', { expected, came: JSON.stringify(count) });
}

/** Something that perishes, of one kind. */
export interface Aged {
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** Of things of one kind those that are young enough, and of these the newest that fit. */
export function youngEnough<T extends Aged>(
  held: readonly T[],
  kind: Perishable,
  retention: Retention,
  nowMs: number,
): T[] {
  const [keepMs, most] = [retention.keepMs[kind], retention.mostBytes[kind] ?? Number.POSITIVE_INFINITY];
  const young = held.filter(({ modifiedMs }) => keepMs === null || nowMs - modifiedMs < keepMs);
  let bytes = 0;
  return young
    .toSorted((a, b) => b.modifiedMs - a.modifiedMs)
    .filter((one) => {
      bytes += one.bytes;
      return bytes <= most;
    });
}

/**
 * The versions of a pipeline whose packages are kept: those that a name points at or that the routing means, all that
 * ever answered (a rollback may want them), and those registered of late. Of the refreshes of one version's weights,
 * which may be many a day, the one that answered last stands for all before it.
 */
export function keptVersions(ledger: readonly LedgerEntry[], { keepMs }: Retention, nowMs: number): Set<number> {
  const head = ledger.at(-1);
  const refreshes = refreshesIn(ledger);
  const kept = new Set<number>([...Object.values(head?.aliases ?? {}), ...answeringIn(head)]);
  const lastRefresh = new Map<number, number>();
  for (const entry of ledger) {
    for (const version of answeringIn(entry)) {
      const refresh = refreshes.get(version);
      if (refresh === undefined) kept.add(version);
      else lastRefresh.set(refresh.weights, version);
    }
    const { event, at } = entry;
    if (event.kind !== 'registered') continue;
    const keep = keepMs[event.record.refresh === undefined ? 'versions' : 'refreshes'];
    if (keep === null || nowMs - Date.parse(at) < keep) kept.add(event.record.version);
  }
  return new Set([...kept, ...lastRefresh.values()]);
}

/** The champion and whoever has a part in its traffic. */
function answeringIn(entry: LedgerEntry | undefined): number[] {
  const { version = null, traffic } = entry?.routing ?? {};
  const variants = Object.values(traffic?.variants ?? {}).map((variant) => variant.version);
  return version === null ? variants : [version, ...variants];
}
