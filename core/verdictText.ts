import type { StepVerdict } from './rolloutAnalysis.ts';

/** For people, in one line: what failed, or what is missing. */
export function verdictText({ outcome, checks }: StepVerdict): string {
  const telling = checks.filter(
    (check) => check.outcome === outcome && (outcome === 'fail' || check.what === 'requests'),
  );
  return telling.map(({ what, text }) => (what === 'requests' ? text : `${what}: ${text}`)).join('; ');
}

/** All figures of a step, as a table in Markdown. */
export function verdictTable({ checks }: StepVerdict): string {
  const rows = checks.map(({ what, outcome, text }) => `| ${what} | ${outcome} | ${text} |`);
  return ['| measure | verdict | figures |', '|---|---|---|', ...rows].join('\n');
}
