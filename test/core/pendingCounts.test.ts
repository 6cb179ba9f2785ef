import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlertStanding, LookEvent } from '../../core/alert.ts';
import { nothingYet, standingAfter } from '../../core/alertStanding.ts';
import { judgeAlert } from '../../core/judgeAlert.ts';
import type { FindingState, Look } from '../../core/look.ts';
import { isWritten, type PendingCounts, pendingCounts, withPending } from '../../core/pendingCounts.ts';
import { unwatched, type WatchPlan } from '../../core/watchPlan.ts';

const state = fc.constantFrom<FindingState>('fine', 'off', 'too little to say');
const times = fc.integer({ min: 1, max: 3 });

test('with what is counted beside it, the log tells the same as one that holds each count, in fewer entries', () => {
  const looks = fc.array(fc.record({ a: state, b: state }), { maxLength: 40 });
  fc.assert(
    fc.property(looks, times, times, fc.nat(60), (found, after, until, closedAt) => {
      const [beside, within] = [
        played(found, after, until, closedAt, true),
        played(found, after, until, closedAt, false),
      ];
      expect(beside.told).toEqual(within.told);
      expect(beside.entries).toBeLessThanOrEqual(within.entries);
    }),
  );
});

type Found = Readonly<Record<string, FindingState>>;

/** What is told, by look, where a person resolves what fires behind one of them. */
function played(found: readonly Found[], after: number, until: number, closedAt: number, isBeside: boolean) {
  const rule = { name: 'slow', on: ['tables'], severity: 'page', after, until } as const;
  const monitors = [{ kind: 'staleness', id: 'tables', overMs: 1, leastRows: 0, atMostMs: 1 } as const];
  const watch: WatchPlan = { ...unwatched, monitors, alerts: [rule] };
  let [standing, pending, entries]: [AlertStanding, PendingCounts, number] = [nothingYet, {}, 0];
  const told: [number, LookEvent['kind'], readonly string[]][] = [];
  const write = (event: Parameters<typeof standingAfter>[1]['event']): void => {
    entries += 1;
    standing = standingAfter(standing, { n: 0, event, at: '', who: '', why: '' });
  };
  for (const [index, each] of found.entries()) {
    const before = withPending(standing, pending);
    const event = judgeAlert(before, 0, rule, lookOf(index, each), watch);
    if (event !== null && (!isBeside || isWritten(event, before))) write(event);
    if (event !== null && event.kind !== 'counted')
      told.push([index, event.kind, event.parts.map(({ finding }) => finding.about)]);
    const counts = new Map([['slow', event?.counts ?? before.rules.slow?.counts ?? []]]);
    if (isBeside) pending = pendingCounts(counts, standing);
    if (index === closedAt && standing.alerts.length > 0) write({ kind: 'closed', alert: 0 });
  }
  return { told, entries };
}

function lookOf(index: number, found: Found): Look {
  const at = new Date(index * 60_000).toISOString();
  const findings = Object.entries(found).map(([about, one]) => ({
    ...{ monitor: 'tables', kind: 'staleness' as const, about, state: one, from: at, to: at, rows: 0 },
    ...{ value: 1, limit: 1, text: about },
  }));
  return { format: 1, pipeline: 'p', at, plan: 'p', champion: null, findings };
}
