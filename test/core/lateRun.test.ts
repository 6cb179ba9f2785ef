import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nothingYet, standingAfter } from '../../core/alertStanding.ts';
import { judgeAlert } from '../../core/judgeAlert.ts';
import { lateRun } from '../../core/lateRun.ts';
import type { Look } from '../../core/look.ts';
import { runTooLong } from '../../core/ownAlerts.ts';
import { usualRetraining } from '../../core/retrainPlan.ts';
import type { UnderwayRun } from '../../core/retrainStanding.ts';
import { unwatched } from '../../core/watchPlan.ts';

const startedMs = Date.parse('2001-03-15T12:00:00Z');
const run: UnderwayRun = {
  ...{ workflowId: 'retrain/p/newest', runId: 'r', asOf: '2001-03-15T11', plan: 'p' },
  ...{ trigger: { kind: 'person' }, startedMs },
};

test('a run is late once it has taken all minutes of a day', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_440 }), fc.integer({ min: -60, max: 3_000 }), (minutes, taken) => {
      const plan = { ...usualRetraining, budget: { runs: 1, minutes } };
      expect(lateRun(run, startedMs + taken * 60_000, plan)?.state).toBe(taken >= minutes ? 'off' : undefined);
    }),
  );
});

test('it is told of at once, with the workflow to look at, until it is over', () => {
  const late = lateRun(run, startedMs + 13.5 * 3_600_000);
  const text =
    "the run as of 2001-03-15T11 has gone on for 810 minutes, and a day's may take 12 hours; none other goes before";
  expect(late?.text).toBe(`${text} workflow retrain/p/newest ends`);
  const lookOf = (minute: number, findings: Look['findings']): Look => {
    return { format: 1, pipeline: 'p', at: `2001-03-16T02:0${minute}:00.000Z`, plan: 'p', champion: null, findings };
  };
  const fired = judgeAlert(nothingYet, 1, runTooLong, lookOf(0, late === null ? [] : [late]), unwatched);
  expect(fired).toMatchObject({ kind: 'fired', severity: 'page', parts: [{ finding: { text: late?.text } }] });
  if (fired === null) return;
  const standing = standingAfter(nothingYet, { n: 1, event: fired, at: fired.look, who: 'watch', why: '' });
  expect(judgeAlert(standing, 2, runTooLong, lookOf(1, []), unwatched)).toMatchObject({ kind: 'resolved', alert: 1 });
});
