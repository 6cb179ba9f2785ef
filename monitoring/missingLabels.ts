import { figure, type JudgedFinding } from '../core/judgedFinding.ts';
import { hourMs } from '../core/time.ts';
import type { MissingLabelsMonitor } from '../core/watchPlan.ts';
import { wilsonInterval } from '../core/wilsonInterval.ts';
import { tooLittle, watchedWindow } from './driftFinding.ts';
import type { LookContext } from './lookContext.ts';

/** Labels come by the hour, and are on their way for a while. */
const graceMs = hourMs;

/**
 * The share of the answers whose labels are overdue: none is back an hour after all labels of their hour should have settled.
 * Off where the whole 95 % interval of it is above the limit.
 */
export async function missingLabels(context: LookContext, monitor: MissingLabelsMonitor): Promise<JudgedFinding[]> {
  const { atMs, sourceNowMs, plan, ports } = context;
  const { settlesWithinMs } = plan.label;
  const logged = await context.rows(atMs - monitor.overMs - settlesWithinMs - graceMs, atMs);
  if (logged === undefined) return [];
  const event = `coalesce("eventTime", "answeredAt" + ${sourceNowMs - atMs})`;
  const due = `${event} - ${event} % ${hourMs} + ${hourMs + settlesWithinMs + graceMs} <= ${sourceNowMs}`;
  const [counts] = await ports.database.rows<Counts>(
    `WITH due AS (SELECT "answeredAt", "label" FROM (${logged}) WHERE ${due})
      SELECT count(*)::DOUBLE AS "rows", count(*) FILTER ("label" IS NULL)::DOUBLE AS "missing", max("answeredAt")::DOUBLE AS "last"
      FROM due WHERE "answeredAt" > (SELECT max("answeredAt") FROM due) - ${monitor.overMs}`,
  );
  const { rows, missing, last } = counts ?? { rows: 0, missing: 0, last: null };
  const window = watchedWindow({ atMs: last === null ? atMs : last + 1 }, monitor, rows);
  const about = `labels of ${plan.label.name}`;
  if (rows < monitor.leastRows)
    return [tooLittle(window, about, `${rows} labels are due, ${monitor.leastRows} are needed`)];
  const { leastRows: _, ...base } = window;
  const { low, high } = wilsonInterval(missing, rows);
  return [
    {
      ...{ ...base, about, state: low > monitor.atMost ? 'off' : 'fine' },
      ...{ value: missing / rows, limit: monitor.atMost, low, high },
      text: `${missing} of ${rows} labels that are due are missing (${figure((100 * missing) / rows)} %)`,
    },
  ];
}

interface Counts {
  readonly rows: number;
  readonly missing: number;
  /** When the last of them was answered, ms UTC; null without any. */
  readonly last: number | null;
}
