import { type DriftReport, quietText } from './driftReport.ts';
import { percent } from './percent.ts';
import { flightsText } from './quietFlights.ts';

export function driftText({ quiet, comparisons, power, flights, marked, violations }: DriftReport): string[] {
  return [
    `no drift, ${quiet[0]?.windows ?? 0} windows each: share that is off, for the share that is stated`,
    ...quiet.map((row) => `  ${quietText(row)}`),
    'drift put in: share of windows in which it is found, at 1 % of false alarms',
    ...Object.entries(power).flatMap(([name, byRows]) =>
      Object.entries(byRows).map(([rows, { tests, together }]) => {
        const each = Object.entries(tests).map(([test, share]) => `${test} ${percent(share)}`);
        return `  ${name}, ${rows} rows: together ${percent(together)}; ${each.join(', ')}`;
      }),
    ),
    ...(flights === null ? [] : flightsText(flights)),
    `farther off than three Monte Carlo errors: ${marked.length} of ${comparisons} comparisons`,
    ...marked.map((row) => `  ${row}`),
    `${violations.length} violations, of all comparisons together at 1 %`,
    ...violations.map((violation) => `  ${violation}`),
  ];
}
