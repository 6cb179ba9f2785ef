import type { MonitorKind, MonitorPlan } from '../core/watchPlan.ts';

/** What is watched: a value that any pipeline may use. */
export interface Monitor {
  readonly kind: MonitorKind;
  /** Throws `pipeline.invalid` and `duration.invalid`, naming `place`. */
  plan(place: string): MonitorPlan;
}
