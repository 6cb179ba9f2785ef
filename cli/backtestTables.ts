import type { BacktestReport, CadenceResult, DecayBin } from '../core/backtest.ts';
import { decimals } from '../core/decimals.ts';

/** A table for people: its first row is the heading, the first cell of each row names it. */
export interface TitledTable {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
}

/** What a back-test found, as tables. */
export function backtestTables(report: BacktestReport): TitledTable[] {
  const { cadences, gate, decay, halfLifeHours } = report;
  const half = halfLifeHours === null ? 'not known' : `${halfLifeHours.toFixed(1)} hours`;
  return [
    { title: `Cadences, on ${report.labelled} rows with a label`, rows: cadenceRows(cadences) },
    ...(gate === undefined
      ? []
      : [{ title: `The same under other rules: ${gate.rules.join('; ')}`, rows: cadenceRows(gate.cadences) }]),
    ...rejectionTable({ ...cadences, ...prefixed(gate?.cadences ?? {}) }),
    {
      title: `AUC lost by age, against a model of the very hour on the same rows; half-life ${half}`,
      rows: [['age', 'rows', 'lost', '95 % interval', 'aged', 'fresh'], ...decay.map(decayRow)],
    },
  ];
}

function cadenceRows(cadences: BacktestReport['cadences']): string[][] {
  const head = [
    'cadence',
    'auc',
    '95 % interval',
    'retrains',
    'refreshes',
    'promoted',
    'rejected',
    'alerts',
    'seconds',
  ];
  return [head, ...Object.entries(cadences).map(([name, result]) => cadenceRow(name, result))];
}

function cadenceRow(name: string, result: CadenceResult): string[] {
  const { auc, low, high, retrains, refreshes, promotions, rejections, alerts, seconds } = result;
  const counts = [retrains, refreshes, promotions, rejections, alerts.length].map(String);
  return [name, numberText(auc), intervalText(low, high), ...counts, seconds.toFixed(1)];
}

/** So many reasons are told of a cadence. */
const mostReasons = 2;

/** The reasons that came most often, each with the figures of the last time. */
function rejectionTable(cadences: BacktestReport['cadences']): TitledTable[] {
  const rows = Object.entries(cadences).flatMap(([name, { turns }]) => {
    const rejected = turns.filter(({ outcome }) => outcome === 'rejected');
    const groups = [...Map.groupBy(rejected, ({ why }) => withoutFigures(why)).values()];
    const told = groups.sort((a, b) => b.length - a.length).slice(0, mostReasons);
    return told.map((group) => [name, `${group.length} of ${rejected.length}`, group.at(-1)?.why ?? '']);
  });
  return rows.length === 0 ? [] : [{ title: 'Why models were rejected', rows: [['cadence', 'times', 'why'], ...rows] }];
}

function withoutFigures(text: string): string {
  return text.replaceAll(/\d+(?:[.:T-]\d+)*/g, '0');
}

function prefixed(cadences: BacktestReport['cadences']): BacktestReport['cadences'] {
  return Object.fromEntries(Object.entries(cadences).map(([name, result]) => [`${name}, other rules`, result]));
}

function decayRow({ rows, auc, low, high, agedAuc, freshAuc, ...bin }: DecayBin): string[] {
  return [
    ageText(bin),
    String(rows),
    numberText(auc),
    intervalText(low, high),
    numberText(agedAuc),
    numberText(freshAuc),
  ];
}

/** `3 to 6 h` */
export function ageText({ fromHours, toHours }: Pick<DecayBin, 'fromHours' | 'toHours'>): string {
  return toHours === null ? `over ${fromHours} h` : `${fromHours} to ${toHours} h`;
}

export function numberText(value: number | null): string {
  return value === null ? 'none' : decimals(value);
}

export function intervalText(low: number | null, high: number | null): string {
  return low === null || high === null ? 'too few hours' : `${decimals(low)} to ${decimals(high)}`;
}
