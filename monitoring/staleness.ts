import type { JudgedFinding } from '../core/judgedFinding.ts';
import { hourStart } from '../core/time.ts';
import type { StalenessMonitor } from '../core/watchPlan.ts';
import { ageFinding } from './ageFinding.ts';
import type { LookContext } from './lookContext.ts';

/** The age of the champion's tables: they hold what was known at the hour that it was made for. Nothing while none answers. */
export async function staleness(context: LookContext, monitor: StalenessMonitor): Promise<JudgedFinding[]> {
  const { champion } = context;
  if (champion === null) return [];
  return [
    ageFinding(context, monitor, `tables of version ${champion.record.version}`, hourStart(champion.record.asOf)),
  ];
}
