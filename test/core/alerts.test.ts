import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlertEntry, AlertEvent, AlertStanding, SilenceMatch } from '../../core/alert.ts';
import { alertMessage } from '../../core/alertMessage.ts';
import { alertRules } from '../../core/alertRules.ts';
import { nothingYet, standingAfter } from '../../core/alertStanding.ts';
import { judgeAlert, openAlert, rulesToJudge } from '../../core/judgeAlert.ts';
import type { FindingState, Look, MonitorFinding } from '../../core/look.ts';
import { alertRulesOf, itself } from '../../core/ownAlerts.ts';
import type { AlertPlan, WatchPlan } from '../../core/watchPlan.ts';

const noon = Date.parse('2001-03-15T12:00:00.000Z');
const at = (look: number) => new Date(noon + look * 300_000).toISOString();
const slow: AlertPlan = { name: 'slow', on: ['staleness'], severity: 'page', after: 2, until: 3 };

describe('hysteresis', () => {
  const states = fc.array(fc.constantFrom<FindingState>('fine', 'off', 'too little to say'), { maxLength: 40 });
  const looksInRow = fc.integer({ min: 1, max: 4 });

  test('fires after so many looks that are off in a row, and is over after so many that are fine', () => {
    fc.assert(
      fc.property(states, looksInRow, looksInRow, (seen, after, until) => {
        const log = openLog(watching({ ...slow, after, until }));
        seen.forEach((state, index) => void log.look(index, { tables: state }));
        expect(log.news()).toEqual(expected(seen, after, until));
      }),
    );
  });

  test('a look that is judged again, or is older than one that counted, changes nothing', () => {
    fc.assert(
      fc.property(states, fc.array(fc.nat(39)), (seen, again) => {
        const log = openLog(watching(slow));
        seen.forEach((state, index) => void log.look(index, { tables: state }));
        const held = [...log.entries];
        const newest = log.standing().rules.slow?.look ?? at(-1);
        for (const index of again) if (at(index) <= newest) log.look(index, { tables: 'off', others: 'off' });
        expect(log.entries).toEqual(held);
      }),
    );
  });
});

describe('a group', () => {
  const once = watching({ ...slow, after: 1, until: 1 });

  test('is one alert: a new part is an update, the last that is fine is the end', () => {
    const log = openLog(once);
    log.look(0, { a: 'off', b: 'off', c: 'fine' });
    log.look(1, { a: 'off', b: 'off', c: 'off' });
    log.look(2, { a: 'fine', b: 'off', c: 'off' });
    log.look(3, { a: 'fine', b: 'fine', c: 'fine' });
    expect(log.entries.map(({ event }) => event)).toMatchObject([
      { kind: 'fired', alert: 1, parts: [{ finding: { about: 'a' } }, { finding: { about: 'b' } }], to: ['ops'] },
      { kind: 'updated', alert: 1, parts: [{ finding: { about: 'c' } }] },
      { kind: 'counted' },
      { kind: 'resolved', alert: 1, parts: [] },
    ]);
    const { alerts } = log.entries[2]?.standing ?? nothingYet;
    expect(alerts[0]?.parts.map(({ firing }) => firing)).toEqual([false, true, true]);
  });

  test('of very many parts is told in a message that a receiver takes', () => {
    const log = openLog(once);
    const airports = Array.from(
      { length: 300 },
      (_, at) => [`origin A${at} ${'and what was found there, at length. '.repeat(4)}`, 'off'] as const,
    );
    log.look(0, Object.fromEntries(airports));
    const notice = { id: 'notify/a/1/ops/0', pipeline: 'a', entry: 1, receiver: 'ops' };
    const message = alertMessage(notice, log.entries[0] as AlertEntry);
    expect(JSON.stringify(message).length).toBeLessThan(20_000);
    expect(message?.data.parts.length).toBeGreaterThan(10);
    expect(message?.data.partsInAll).toBe(300);
  });

  test('whatever is found, there is at most one that fires, and it fires while a part does', () => {
    const found = fc.record({ a: someState(), b: someState() }, { requiredKeys: [] });
    const rules = fc.record({ after: fc.integer({ min: 1, max: 3 }), until: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.array(found, { maxLength: 30 }), rules, (looks, counts) => {
        const log = openLog(watching({ ...slow, ...counts }));
        looks.forEach((each, index) => void log.look(index, each));
        for (const { standing } of log.entries) {
          const firing = standing.alerts.filter(({ state }) => state === 'firing');
          const parts = standing.rules.slow?.counts.filter((part) => part.firing) ?? [];
          expect(firing.length).toBe(parts.length === 0 ? 0 : 1);
          expect(firing.flatMap((alert) => alert.parts.filter((part) => part.firing))).toHaveLength(parts.length);
        }
      }),
    );
  });

  test('what a monitor finds no more, while it finds others, is fine: a version that answers no longer', () => {
    const log = openLog(once);
    log.look(0, { 'version 3': 'off' });
    log.look(1, { 'version 4': 'too little to say' });
    log.look(2, {});
    expect(log.news()).toEqual(['fired']);
    log.look(3, { 'version 4': 'fine' });
    expect(log.news()).toEqual(['fired', 'resolved']);
  });

  test('that goes on for long keeps what fires, and of what is over the last', () => {
    const log = openLog(once);
    for (let index = 0; index < 80; index += 1) log.look(index, { [`version ${index}`]: 'off' });
    const [alert] = log.standing().alerts;
    expect(alert?.parts).toHaveLength(51);
    expect(alert?.parts.at(-1)).toMatchObject({ firing: true, finding: { about: 'version 79' } });
  });

  test('is over when the plan has no such rule, or no such monitor, any more', () => {
    for (const left of [watching(), { ...once, monitors: [] }]) {
      const log = openLog(once);
      log.look(0, { tables: 'off' });
      log.look(1, { tables: 'off' }, left);
      expect(log.news()).toEqual(['fired', 'resolved']);
    }
  });
});

describe('a silence', () => {
  const once = watching({ ...slow, after: 1, until: 1 });
  const silenced = (match: SilenceMatch, until = at(10)) => ({ kind: 'silenced', until, match }) as const;

  test('keeps what fires from the receivers until it is over, and then they are told that it fired', () => {
    const log = openLog(once);
    log.write(silenced({ rule: 'slow' }, at(2)));
    for (const index of [0, 1, 2, 3]) log.look(index, { tables: 'off' });
    expect(log.told()).toEqual([
      ['fired', []],
      ['fired', ['ops']],
    ]);
    expect(log.entries.at(-1)).toMatchObject({ at: at(2), event: { alert: 2 } });
  });

  test('of one of two parts silences nothing; what came in one of both is told behind it', () => {
    const log = openLog(once);
    log.write(silenced({ about: 'a*' }));
    log.look(0, { alpha: 'off', beta: 'off' });
    expect(log.told()).toEqual([['fired', ['ops']]]);
    log.write(silenced({ monitor: 'tables', about: '*et*' }));
    log.look(1, { alpha: 'off', beta: 'off', another: 'off' });
    log.look(9, { alpha: 'off', beta: 'off', another: 'off' });
    expect(log.told().at(-1)).toEqual(['updated', []]);
    log.look(10, { alpha: 'off', beta: 'off', another: 'off' });
    log.look(11, { alpha: 'off', beta: 'off', another: 'off' });
    expect(log.told().slice(1)).toEqual([
      ['updated', []],
      ['updated', ['ops']],
    ]);
  });

  test('nobody is told of the end of what nobody was told of; of what was told, also in a silence', () => {
    const quiet = openLog(once);
    quiet.write(silenced({}));
    quiet.look(0, { tables: 'off' });
    quiet.look(1, { tables: 'fine' });
    expect(quiet.told()).toEqual([
      ['fired', []],
      ['resolved', []],
    ]);
    const loud = openLog(once);
    loud.look(0, { tables: 'off' });
    loud.write(silenced({ severity: 'page' }));
    loud.look(1, { tables: 'fine' });
    expect(loud.told().at(-1)).toEqual(['resolved', ['ops']]);
  });

  test('that is ended is none', () => {
    const log = openLog(once);
    log.write(silenced({ rule: 'slow' }));
    log.look(0, { tables: 'off' });
    log.write({ kind: 'unsilenced', silence: 1 });
    log.look(1, { tables: 'off' });
    expect(log.told().at(-1)).toEqual(['fired', ['ops']]);
  });
});

describe('who waits', () => {
  test('is told of each entry once, and an alert is kept until all know that it is over', () => {
    const log = openLog({
      ...watching({ ...slow, after: 1, until: 1 }),
      receivers: [receiver('ops'), receiver('duty')],
    });
    log.look(0, { tables: 'off' });
    log.look(1, { tables: 'fine' });
    expect(log.standing().alerts).toMatchObject([{ state: 'resolved', waiting: { ops: [1, 2], duty: [1, 2] } }]);
    const told = (entry: number, name: string) =>
      log.write({ kind: entry === 2 ? 'untold' : 'told', alert: 1, entry, receiver: name });
    told(1, 'ops');
    told(1, 'duty');
    told(2, 'duty');
    expect(log.standing().alerts).toMatchObject([{ waiting: { ops: [2] } }]);
    told(2, 'ops');
    expect(log.standing().alerts).toEqual([]);
  });

  test('is chosen by how grave it is; without receivers nothing is told twice', () => {
    const ticketsOnly = [{ ...receiver('ops'), severities: ['ticket' as const] }];
    const log = openLog({ ...watching({ ...slow, after: 1 }), receivers: ticketsOnly });
    for (const index of [0, 1, 2]) log.look(index, { tables: 'off' });
    expect(log.told()).toEqual([['fired', []]]);
  });
});

test('an alert that a person resolves fires again only when it has been off as often as at first', () => {
  const log = openLog(watching(slow));
  for (const index of [0, 1]) log.look(index, { tables: 'off' });
  log.write({ kind: 'acknowledged', alert: 2 });
  expect(openAlert(log.standing(), 'slow')?.acknowledged).toMatchObject({ who: 'ana' });
  log.write({ kind: 'closed', alert: 2 });
  log.look(2, { tables: 'off' });
  expect(openAlert(log.standing(), 'slow')).toBeUndefined();
  log.look(3, { tables: 'off' });
  expect(openAlert(log.standing(), 'slow')).toMatchObject({ alert: 6, acknowledged: null });
});

describe('a monitor that fails', () => {
  const failing = { ...findingOf(itself, 'too little to say', 0), failed: 'storage.missing', text: 'it failed: x' };

  test('is told of after three looks in a row, whatever it had fired, until it judges again', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 30 }), (fails) => {
        const log = openLog(watching(slow));
        fails.forEach((fail, index) => void log.look(index, fail ? { [itself]: failing } : {}));
        const states = fails.map((fail) => (fail ? 'off' : 'fine'));
        expect(log.news()).toEqual(expected(states, 3, 1));
      }),
    );
    const log = openLog(watching(slow));
    for (const index of [0, 1, 2]) log.look(index, { [itself]: failing });
    expect(log.entries.at(-1)?.event).toMatchObject({
      ...{ kind: 'fired', rule: 'cannot-judge', severity: 'page', to: ['ops'] },
      parts: [{ finding: { failed: 'storage.missing', text: 'monitor tables cannot judge: it failed: x' } }],
    });
  });

  test('is told of by no pipeline that has no rules, and as a rule of its own name says', () => {
    expect(alertRulesOf(watching())).toEqual([]);
    const own = { ...slow, name: 'cannot-judge' };
    expect(alertRulesOf(watching(own)).map(({ on }) => on)).toEqual([own.on, []]);
    expect(alertRules('p', watching(slow)).groups[0]?.rules.map(({ alert }) => alert)).toEqual([
      'WhetSlow',
      'WhetCannotJudge',
      'WhetRunTooLong',
      'WhetLooksStopped',
    ]);
  });
});

/** What `after` and `until` say, by brute force: runs of the looks that say something. */
function expected(seen: readonly FindingState[], after: number, until: number): string[] {
  const [news, telling] = [[] as string[], seen.filter((state) => state !== 'too little to say')];
  let since = 0;
  telling.forEach((_, index) => {
    const isFiring = news.at(-1) === 'fired';
    const [needed, state] = isFiring ? [until, 'fine'] : [after, 'off'];
    const last = telling.slice(since, index + 1).slice(-needed);
    if (last.length < needed || last.some((one) => one !== state)) return;
    news.push(isFiring ? 'resolved' : 'fired');
    since = index + 1;
  });
  return news;
}

function someState() {
  return fc.constantFrom<FindingState>('fine', 'off', 'too little to say');
}

function watching(...alerts: AlertPlan[]): WatchPlan {
  const monitors = [{ kind: 'staleness', id: 'tables', overMs: 1, leastRows: 0, atMostMs: 1 } as const];
  return { everyMs: 300_000, falseAlarms: 0.01, monitors, alerts, receivers: [receiver('ops')] };
}

function receiver(name: string) {
  return { kind: 'webhook', name, url: 'env:URL', secret: 'env:SECRET' } as const;
}

/** By what each is about: its state, or the finding itself. */
type Found = Readonly<Record<string, FindingState | MonitorFinding | undefined>>;

function lookOf(index: number, found: Found): Look {
  const findings = Object.entries(found).flatMap(([about, one]) => {
    if (one === undefined) return [];
    return [typeof one === 'string' ? findingOf(about, one, index) : one];
  });
  return { format: 1, pipeline: 'p', at: at(index), plan: 'plan', champion: null, findings };
}

function findingOf(about: string, state: FindingState, index: number): MonitorFinding {
  const window = { from: at(index - 1), to: at(index), rows: 7, value: 1, limit: 2 };
  return { monitor: 'tables', kind: 'staleness', about, state, ...window, text: `${about} is ${state}` };
}

/** A log in memory, as the activity writes it, without its hashes. */
function openLog(plan: WatchPlan) {
  const entries: Omit<AlertEntry, 'previous'>[] = [];
  const standing = (): AlertStanding => entries.at(-1)?.standing ?? nothingYet;
  const write = (event: AlertEvent, when = at(0)): void => {
    const entry = { n: entries.length + 1, event, at: when, who: 'ana', why: 'looks right' };
    entries.push({ ...entry, standing: standingAfter(standing(), entry) });
  };
  return {
    entries,
    standing,
    write,
    look(index: number, found: Found, watch = plan): void {
      for (const rule of rulesToJudge(standing(), watch)) {
        const event = judgeAlert(standing(), entries.length + 1, rule, lookOf(index, found), watch);
        if (event !== null) write(event, at(index));
      }
    },
    told: () => entries.flatMap(({ event }) => ('to' in event ? [[event.kind, event.to]] : [])),
    news: () => entries.flatMap(({ event }) => ('to' in event ? [event.kind] : [])),
  };
}
