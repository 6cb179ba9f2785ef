import { expect, test } from 'vitest';
import { backtestTables } from '../../cli/backtestTables.ts';
import type { BacktestReport, BacktestTurn } from '../../core/backtest.ts';

const turn = (why: string, outcome: BacktestTurn['outcome'] = 'rejected') => ({ outcome, why }) as BacktestTurn;
const cadence = (...turns: BacktestTurn[]) => ({ turns, alerts: [], seconds: 0, auc: null, low: null, high: null });
const reportOf = (cadences: object, gate?: object) =>
  ({ cadences, decay: [], halfLifeHours: null, labelled: 0, ...(gate && { gate }) }) as unknown as BacktestReport;
const rejections = (report: BacktestReport) =>
  backtestTables(report)
    .find(({ title }) => title === 'Why models were rejected')
    ?.rows.slice(1);

test('says of each cadence why its models were rejected most often, whatever the figures', () => {
  const low = (auc: number) => turn(`auc ${auc} is not at least 0.6`);
  const often = cadence(low(0.51), turn('too few rows'), low(0.52), turn('passed', 'promoted'), low(0.4));
  expect(rejections(reportOf({ '1 hour': often, never: cadence(turn('passed', 'promoted')) }))).toEqual([
    ['1 hour', '3 of 4', 'auc 0.4 is not at least 0.6'],
    ['1 hour', '1 of 4', 'too few rows'],
  ]);
});

test('also under other rules, and says nothing where none was rejected', () => {
  const gate = { rules: ['auc'], cadences: { '1 hour': cadence(turn('too few rows')) } };
  expect(rejections(reportOf({ '1 hour': cadence() }, gate))).toEqual([
    ['1 hour, other rules', '1 of 1', 'too few rows'],
  ]);
  expect(rejections(reportOf({ '1 hour': cadence() }))).toBeUndefined();
});
