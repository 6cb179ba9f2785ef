import type { JudgedFinding } from '../core/judgedFinding.ts';
import { hourMs } from '../core/time.ts';
import type { CadenceMonitor } from '../core/watchPlan.ts';
import { ageFinding } from './ageFinding.ts';
import type { LookContext } from './lookContext.ts';

/** How long ago the source's newest complete hour ended: an hour is complete once the source has a row of a later one. */
export async function cadence(context: LookContext, monitor: CadenceMonitor): Promise<JudgedFinding[]> {
  const { sourceNewestMs, plan } = context;
  if (sourceNewestMs === null) return [unread(context, monitor)];
  return [ageFinding(context, monitor, about(plan.contract.id), Math.floor(sourceNewestMs / hourMs) * hourMs)];
}

function about(contract: string): string {
  return `newest complete hour of ${contract}`;
}

function unread({ atMs, plan }: LookContext, { id, kind, atMostMs }: CadenceMonitor): JudgedFinding {
  const at = new Date(atMs).toISOString();
  return {
    ...{ monitor: id, kind, about: about(plan.contract.id), state: 'off', from: at, to: at, rows: 0 },
    ...{ value: null, limit: atMostMs / 1_000, text: 'the source has no row, or cannot be read' },
  };
}
