import type { FeaturePlan } from '../../core/featurePlan.ts';
import { hourMs } from '../../core/time.ts';

const amounts = { columns: ['amount', 'limit'], missing: 'mean' } as const;
const pairs = { columns: ['visits', 'bought'], missing: 0, indicator: true } as const;
const recent = { overMs: 4 * hourMs } as const;

/** Features of every kind, in every way that options have, over the columns of `oddRows`. */
export const oddFeatures: readonly FeaturePlan[] = [
  { kind: 'number', name: 'amount', column: 'amount' },
  { kind: 'number', name: 'amountLog', column: 'amount', scale: 'log' },
  { kind: 'number', name: 'limit', column: 'limit', missing: 'median', scale: 'quantile', indicator: true },
  { kind: 'number', name: 'bought', column: 'bought', missing: 7, scale: 'log' },
  { kind: 'ratio', name: 'used', whenZero: -1, ...amounts },
  { kind: 'ratio', name: 'rate', whenZero: 0, ...pairs, scale: 'log' },
  { kind: 'difference', name: 'left', ...amounts },
  { kind: 'difference', name: 'unsold', ...pairs, scale: 'quantile' },
  { kind: 'daysBetween', name: 'away', columns: ['seen', 'date'], missing: 'median' },
  { kind: 'daysBetween', name: 'wholeDays', columns: ['date', 'seen'], missing: 0, whole: true, indicator: true },
  { kind: 'textLength', name: 'length', column: 'note' },
  { kind: 'textLength', name: 'lengthLog', column: 'note', scale: 'log' },
  { kind: 'cyclic', name: 'minute', column: 'date', period: 'minute of hour' },
  { kind: 'cyclic', name: 'season', column: 'date', period: 'time of year' },
  { kind: 'cyclic', name: 'waves', column: 'date', period: 'day of week', harmonics: 3 },
  { kind: 'category', name: 'note', column: 'note', atLeast: 3 },
  { kind: 'category', name: 'times', column: 'bought', atMost: 5 },
  { kind: 'category', name: 'member', column: 'member' },
  { kind: 'bucket', name: 'bands', column: 'limit', cuts: [-1, 0, 0.1, 100] },
  { kind: 'bucket', name: 'fifths', column: 'visits', quantiles: 5 },
  { kind: 'recentRate', name: 'memberLately', column: 'member', smoothing: 3, ...recent },
  { kind: 'recentCount', name: 'boughtLately', column: 'bought', scale: 'log', ...recent },
  { kind: 'recentCount', name: 'notesLately', column: 'note', ...recent },
];
