import type { Figure, GateReport } from './gateReport.ts';

/** The figures as lines, each share in per cent with its Monte Carlo error. */
export function gateText({ rowsPerDay, superiority, passes, creep, coverage, violations }: GateReport): string[] {
  return [
    `better than the champion, ${rowsPerDay} rows a day; by gain, likeness of neighbours, and method:`,
    ...superiority.map(
      ({ world, series, promotedAYear, wrongAYear, shareWrong, pooledShareWrong, power }) =>
        `  ${world}: ${series} series, ${promotedAYear.toFixed(1)} promoted each, ${wrongAYear.mean.toFixed(3)} ± ${wrongAYear.error.toFixed(3)} of them wrong; wrong ${percent(shareWrong)}, of all together ${(100 * pooledShareWrong).toFixed(2)} %; power ${(100 * power).toFixed(2)} %`,
    ),
    'passes of one look (as if every hour counted alike):',
    ...Object.entries(passes).map(
      ([name, { share, asIfEqual }]) => `  ${name}: ${percent(share)} (${(100 * asIfEqual).toFixed(2)} %)`,
    ),
    'candidates a little worse than their champion; by step, spread and anchor:',
    ...creep.map(
      ({ world, series, promotions, looks, quality, lowest, beyondMargin }) =>
        `  ${world}: ${series} series, ${promotions.toFixed(0)} promotions in ${looks.toFixed(0)} looks, quality ${quality.toFixed(4)}, lowest of all ${lowest.toFixed(4)}, beyond the margin ${(100 * beyondMargin).toFixed(0)} %`,
    ),
    '95 % intervals that hold the truth:',
    ...Object.entries(coverage).map(([name, share]) => `  ${name}: ${percent(share)}`),
    `${violations.length} violations`,
    ...violations.map((violation) => `  ${violation}`),
  ];
}

function percent({ mean, error }: Figure): string {
  return `${(100 * mean).toFixed(2)} ± ${(100 * error).toFixed(2)} %`;
}
