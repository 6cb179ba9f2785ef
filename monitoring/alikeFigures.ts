import { alikeWindows } from '../core/drift/alikeWindows.ts';
import { hourMs } from '../core/time.ts';
import type { AnomalyMonitor } from '../core/watchPlan.ts';
import type { LookContext } from './lookContext.ts';
import { type WindowFigure, windowFigures } from './windowFigures.ts';

/** Four weeks: twenty days from Monday to Friday, or eight of a weekend. */
const backMs = 28 * 24 * hourMs;
const mostWindows = 20;

/**
 * The same figures of the same time of day on earlier days of the same type, oldest first: as the look of that time found
 * them, or by the logs where none was taken. Days before the first row are no quiet days, and are left out.
 */
export async function alikeFigures(
  context: LookContext,
  monitor: AnomalyMonitor,
): Promise<ReadonlyMap<string, WindowFigure[]>> {
  const { atMs } = context;
  const starts = alikeWindows(atMs - monitor.overMs, atMs - backMs, mostWindows).reverse();
  const by = new Map<string, WindowFigure[]>();
  for (const startMs of starts) {
    for (const figure of (await lookedAt(context, monitor, startMs)) ?? (await measured(context, monitor, startMs))) {
      const before = by.get(figure.about) ?? [];
      if (before.length > 0 || figure.rows > 0) by.set(figure.about, [...before, figure]);
    }
  }
  return by;
}

/** What the look nearest to the window's end found in a window as long; undefined where there is none. */
async function lookedAt(
  context: LookContext,
  { id, overMs }: AnomalyMonitor,
  startMs: number,
): Promise<WindowFigure[] | undefined> {
  const endMs = startMs + overMs;
  const nearMs = (context.plan.watch?.everyMs ?? 0) / 2;
  const looks = await context.earlier(endMs - nearMs, endMs + nearMs + 1);
  const away = (at: string): number => Math.abs(Date.parse(at) - endMs);
  const [nearest] = looks.toSorted((a, b) => away(a.at) - away(b.at));
  const found = nearest?.findings.filter(
    ({ monitor, from, to }) => monitor === id && Date.parse(to) - Date.parse(from) === overMs,
  );
  if (found === undefined || found.length === 0) return undefined;
  return found.flatMap(({ about, value, rows }) => (value === null ? [] : [{ about, value, rows }]));
}

function measured(context: LookContext, { of, overMs }: AnomalyMonitor, startMs: number): Promise<WindowFigure[]> {
  return windowFigures(context, of, startMs, startMs + overMs);
}
