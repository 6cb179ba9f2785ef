import type { HourLabels, UnplacedLabels } from '../../../core/labelJoin.ts';
import type { Hour } from '../../../core/time.ts';
import type { ExpectedLabels } from './expectedLabels.ts';

/** What `whet labels --json` tells, as far as it is held to what was made. */
export interface ToldLabels {
  readonly labels: number;
  readonly hours: readonly (HourLabels & { readonly hour: Hour; readonly open: number; readonly missing: number })[];
  readonly unplaced: UnplacedLabels;
  readonly versions: readonly { readonly settled: number; readonly errorRate: { readonly value: number } | null }[];
}

/** Where what was told differs from what must be. */
export function unlikeLabels(told: ToldLabels, expected: ExpectedLabels): string[] {
  const came = Object.fromEntries(told.hours.map(({ hour, ...counts }) => [hour, counts]));
  const hours = Object.keys({ ...came, ...expected.hours }).sort();
  return [
    ...unlike('labels', told.labels, expected.lines),
    ...hours.flatMap((hour) => unlikeCounts(hour, came[hour], expected.hours[hour])),
    ...hours.flatMap((hour) => {
      const { predictions = 0, settled = 0, open = 0, missing = 0 } = came[hour] ?? {};
      return unlike(`${hour} without a label`, open + missing, predictions - settled);
    }),
    ...unlikeCounts('of nobody', told.unplaced, expected.unplaced),
    ...unlike('wrong answers', wrongAnswers(told), expected.wrong),
  ];
}

function unlikeCounts(place: string, came: object | undefined, expected: object | undefined): string[] {
  if (came === undefined || expected === undefined) return unlike(place, came, expected);
  const told = new Map<string, unknown>(Object.entries(came));
  return Object.entries(expected).flatMap(([name, count]) => unlike(`${place}, ${name}`, told.get(name), count));
}

function unlike(what: string, came: unknown, expected: unknown): string[] {
  return came === expected ? [] : [`${what}: expected ${expected}, but came ${came}`];
}

/** Each answer's own truth shows in the rate of errors: its label is the one that holds. */
function wrongAnswers({ versions }: ToldLabels): number {
  const wrong = versions.map(({ settled, errorRate }) => settled * (errorRate?.value ?? Number.NaN));
  return Math.round(wrong.reduce((sum, one) => sum + one, 0) * 1e3) / 1e3;
}
