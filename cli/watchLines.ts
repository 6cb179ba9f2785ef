import type { Alert } from '../core/alert.ts';
import { decimals } from '../core/decimals.ts';
import { type ToldFinding, toldTogether } from '../core/lookText.ts';
import { hourMs, hourStart } from '../core/time.ts';
import type { AnsweredHour, WatchedFinding, WatchStanding } from '../registry/watchStanding.ts';

/** What `whet watch` shows of a pipeline, line by line. `nowMs`, milliseconds UTC, is what ages are counted to. */
export function watchLines(standing: WatchStanding, nowMs: number): string[] {
  const { pipeline, champion, look, findings, alerts, decision, answered } = standing;
  const since = (iso: string) => agoText(nowMs - Date.parse(iso));
  const answers =
    champion === null
      ? 'no version answers yet'
      : `version ${champion.version} (epoch ${champion.epoch}) answers since ${since(champion.since)}, tables of ${champion.asOf}`;
  const looked =
    look === null
      ? 'nobody has looked yet'
      : `looked ${since(look.at)} ago: ${look.counts.off} off, ${look.counts.fine} fine, ${look.counts['too little to say']} too little to say`;
  return [
    `${pipeline}: ${answers}${rateText(answered, look?.at)}`,
    looked,
    ...indented(tableLines([headings, ...toldTogether(findings).map(cellsOf)])),
    ...alerts.map((alert) => `alert ${alertText(alert, since)}`),
    ...(alerts.length === 0 ? ['no alert is open'] : []),
    decision === null ? 'no retraining was decided on yet' : `retrain ${since(decision.at)} ago: ${decision.text}`,
  ];
}

const headings = ['state', 'monitor', 'about', 'value', 'limit', 'rows', 'last looks'];

function cellsOf({ one, count, what }: ToldFinding<WatchedFinding>): string[] {
  const { state, monitor, value, limit, rows, course } = one;
  if (count > 1) return [state, monitor, what, '', '', '', ''];
  return [state, monitor, what, figure(value), figure(limit), String(rows), sparkline(course)];
}

function figure(value: number | null): string {
  if (value === null) return '';
  return Number.isInteger(value) ? String(value) : decimals(value);
}

/** Eight heights between the smallest and the largest value; a gap where there was none. */
export function sparkline(values: readonly (number | null)[]): string {
  const there = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...there), Math.max(...there)];
  const heightOf = (value: number): number => (high === low ? 3 : Math.round(((value - low) / (high - low)) * 7));
  return values.map((value) => (value === null ? ' ' : heights[heightOf(value)])).join('');
}

const heights = '▁▂▃▄▅▆▇█';

function alertText(
  { alert, rule, severity, state, firedAt, parts, acknowledged }: Alert,
  since: (iso: string) => string,
) {
  const firing = parts.filter((part) => part.firing).map(({ finding }) => finding.about);
  const by = acknowledged === null ? '' : `, acknowledged by ${acknowledged.who}`;
  return `${alert} ${rule} (${severity}) ${state}, fired ${since(firedAt)} ago${by}: ${firing.join('; ') || 'all is fine again'}`;
}

/** Of the last two hours as far as they are over at the look. */
function rateText(answered: readonly AnsweredHour[], lookedAt: string | undefined): string {
  const newest = answered.at(-1);
  if (newest === undefined || lookedAt === undefined) return '';
  const first = hourStart(newest.hour) - hourMs;
  const rows = answered.filter(({ hour }) => hourStart(hour) >= first).reduce((sum, one) => sum + one.predictions, 0);
  const [settled, all] = [newest.settled, newest.predictions];
  const minutes = Math.max(1, Math.min(2 * hourMs, Date.parse(lookedAt) - first) / 60_000);
  return `, ${(rows / minutes).toFixed(1)} rows a minute, ${settled} of ${all} settled in ${newest.hour}`;
}

/** In the two largest units. */
export function agoText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600), Math.floor(seconds / 60)];
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

function tableLines(rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 1) return [];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
