import type { JudgedFinding } from '../core/judgedFinding.ts';
import { durationText } from '../core/time.ts';
import type { CadenceMonitor, StalenessMonitor } from '../core/watchPlan.ts';
import type { LookContext } from './lookContext.ts';

/** An age at the time of a look, against what was promised; `since` is on the source's clock, ms UTC. */
export function ageFinding(
  { atMs, sourceNowMs }: LookContext,
  { id, kind, atMostMs }: StalenessMonitor | CadenceMonitor,
  about: string,
  sinceMs: number,
): JudgedFinding {
  const at = new Date(atMs).toISOString();
  const ageMs = sourceNowMs - sinceMs;
  const minutes = durationText(Math.round(ageMs / 60_000) * 60_000);
  return {
    ...{ monitor: id, kind, about, state: ageMs > atMostMs ? 'off' : 'fine', from: at, to: at, rows: 0 },
    ...{ value: ageMs / 1_000, limit: atMostMs / 1_000 },
    text: `${about} of ${new Date(sinceMs).toISOString()}: ${minutes} old, ${durationText(atMostMs)} are promised`,
  };
}
