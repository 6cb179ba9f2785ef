import type { BatchRulePlan } from '../batchRulePlan.ts';
import type { RowsSketch } from '../sketches/columnSketch.ts';
import type { PartitionVersion } from '../snapshot.ts';
import { hourMs, hourStart } from '../time.ts';

/** A part of a window: the hours in [from, to), milliseconds UTC. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The merged sketch of each stretch that the rules read, by `stretchKey`. */
export type WindowSketches = ReadonlyMap<string, RowsSketch>;

/** Rules that look at counts alone need none. */
export const noSketches: WindowSketches = new Map();

export function stretchKey({ from, to }: Stretch): string {
  return `${from}/${to}`;
}

/** The stretches of a window of which some rules need sketches, each once. */
export function neededStretches(rules: readonly BatchRulePlan[], parts: readonly PartitionVersion[]): Stretch[] {
  const all = rules.flatMap((rule) => stretchesOf(rule, parts));
  return [...new Map(all.map((stretch) => [stretchKey(stretch), stretch])).values()];
}

/** From its first hour to the end of its last. */
export function wholeWindow(parts: readonly PartitionVersion[]): Stretch {
  const starts = parts.map(({ hour }) => hourStart(hour, 'parts'));
  const from = starts.reduce((least, start) => Math.min(least, start), Number.POSITIVE_INFINITY);
  const last = starts.reduce((most, start) => Math.max(most, start), Number.NEGATIVE_INFINITY);
  return parts.length === 0 ? { from: 0, to: 0 } : { from, to: last + hourMs };
}

/** The newest stretch and the one before it; undefined where the window does not hold both. */
export function comparedStretches(
  { newestMs, againstMs }: { readonly newestMs: number; readonly againstMs: number },
  parts: readonly PartitionVersion[],
): { readonly newest: Stretch; readonly before: Stretch } | undefined {
  const { from, to } = wholeWindow(parts);
  if (to - from < newestMs + againstMs) return undefined;
  const border = to - newestMs;
  return { newest: { from: border, to }, before: { from: border - againstMs, to: border } };
}

function stretchesOf(rule: BatchRulePlan, parts: readonly PartitionVersion[]): Stretch[] {
  switch (rule.kind) {
    case 'drift':
    case 'newValues': {
      const compared = comparedStretches(rule, parts);
      return compared === undefined ? [] : [compared.newest, compared.before];
    }
    case 'measure':
    case 'varies':
    case 'share':
    case 'newestRow':
      return [wholeWindow(parts)];
    default:
      return [];
  }
}
