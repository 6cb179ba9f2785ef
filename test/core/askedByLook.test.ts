import { describe, expect, test } from 'vitest';
import { askedByLook, type Looked } from '../../core/askedByLook.ts';
import type { MonitorFinding } from '../../core/look.ts';
import type { RetrainTrigger } from '../../core/retrainPlan.ts';
import type { Estimates } from '../../core/scorecard.ts';
import type { MonitorPlan } from '../../core/watchPlan.ts';
import { storyPlan } from '../workflows/storyPlan.ts';

const at = '2001-03-15T12:00:00.000Z';
const base = { overMs: 1, leastRows: 1 };
const monitors: readonly MonitorPlan[] = [
  { kind: 'performance', id: 'auc', metric: 'auc', slices: true, ...base },
  { kind: 'performance', id: 'loss', metric: 'log loss', slices: false, ...base },
];
const watch = { everyMs: 1, falseAlarms: 0.01, monitors, alerts: [], receivers: [] };
const estimate = (value: number) => ({ value, low: value - 0.01, high: value + 0.01 });
const metrics: Estimates = { auc: estimate(0.72), 'log loss': estimate(0.4) };

function found(kind: MonitorFinding['kind'], about: string, changes: Partial<MonitorFinding> = {}): MonitorFinding {
  return {
    ...{ monitor: 'm', kind, about, state: 'off', from: at, to: at, rows: 9, value: null, limit: null },
    ...{ text: `${about} moved`, ...changes },
  };
}

function asks(retrain: RetrainTrigger[], findings: MonitorFinding[], changes: Partial<Looked> = {}) {
  const look = { format: 1, pipeline: 'a', at, plan: 'p', champion: null, findings } as const;
  const asked = askedByLook(
    { ...storyPlan('a'), retrain, watch },
    { look, champion: { version: 3, metrics }, newHours: 2, ...changes },
  );
  return asked === null ? null : `${asked.kind}: ${asked.why}`;
}

describe('a look asks for a run', () => {
  test('by drift, of any kind or of the features that are named', () => {
    const origin = found('input drift', 'origin: stability index');
    expect(asks([{ kind: 'drift' }], [origin])).toBe('drift: origin: stability index moved');
    expect(asks([{ kind: 'drift' }], [found('concept drift', 'bins')])).toBe('drift: bins moved');
    expect(asks([{ kind: 'drift', of: ['origin'] }], [origin])).not.toBeNull();
    expect(asks([{ kind: 'drift', of: ['originLately'] }], [origin])).toBeNull();
    expect(asks([{ kind: 'drift', of: ['origin'] }], [found('input drift', 'originLately: nulls')])).toBeNull();
    expect(asks([{ kind: 'drift' }], [{ ...origin, state: 'fine' }, found('staleness', 'tables')])).toBeNull();
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => found('input drift', name));
    expect(asks([{ kind: 'drift' }], all)).toBe('drift: a moved; b moved; c moved; and 2 more');
  });

  test('by decay of the champion, on a metric or on any, where the monitor calls it off', () => {
    const off = found('performance', 'auc of champion (version 3)', { monitor: 'auc' });
    expect(asks([{ kind: 'decay' }], [off])).toBe('decay: auc of champion (version 3) moved');
    expect(asks([{ kind: 'decay', metric: 'auc' }], [off])).not.toBeNull();
    expect(asks([{ kind: 'decay', metric: 'log loss' }], [off])).toBeNull();
    for (const about of ['auc of quick (version 3)', 'auc of champion (version 30)', 'auc of champion (all versions)'])
      expect(asks([{ kind: 'decay' }], [{ ...off, about }])).toBeNull();
    expect(asks([{ kind: 'decay' }], [off], { champion: { version: 4, metrics } })).toBeNull();
    expect(asks([{ kind: 'decay' }], [off], { champion: null })).toBeNull();
    expect(asks([{ kind: 'decay' }], [{ ...off, state: 'too little to say' }])).toBeNull();
  });

  test('by decay of so much: the whole interval is worse than the scorecard by more', () => {
    const auc = (high: number, state: MonitorFinding['state'] = 'fine') =>
      found('performance', 'auc of champion (version 3)', { monitor: 'auc', state, value: 0.6, low: 0.5, high });
    const by: RetrainTrigger[] = [{ kind: 'decay', by: 0.02 }];
    expect(asks(by, [auc(0.69)])).not.toBeNull();
    expect(asks(by, [auc(0.71)])).toBeNull();
    expect(asks(by, [auc(0.69, 'too little to say')])).toBeNull();
    expect(asks(by, [auc(0.69)], { champion: { version: 3, metrics: {} } })).toBeNull();
    expect(asks(by, [{ ...auc(0.6), about: 'auc of champion (version 3), origin ATL' }])).toBeNull();
    const loss = found('performance', 'log loss of champion (version 3)', {
      monitor: 'loss',
      value: 0.5,
      low: 0.43,
      high: 0.6,
    });
    expect(asks(by, [loss])).not.toBeNull();
    expect(asks(by, [{ ...loss, low: 0.41 }])).toBeNull();
  });

  test('by new hours of data; a schedule and another pipeline ask elsewhere; the first trigger that asks is told', () => {
    expect(asks([{ kind: 'new data', hours: 2 }], [])).toBe('new data: 2 new hours of data');
    expect(asks([{ kind: 'new data', hours: 3 }], [])).toBeNull();
    expect(asks([{ kind: 'new data', hours: 1 }], [], { newHours: null })).toBeNull();
    const both: RetrainTrigger[] = [{ kind: 'every', everyMs: 1 }, { kind: 'after', pipeline: 'b' }, { kind: 'drift' }];
    expect(asks([...both, { kind: 'new data', hours: 1 }], [found('input drift', 'a')])).toBe('drift: a moved');
    expect(asks(both, [])).toBeNull();
  });
});
