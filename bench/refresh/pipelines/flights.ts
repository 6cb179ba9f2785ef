import { flightDelays } from '../../../pipelines/flight-delays.ts';

/** The demo's pipeline as a person would run it by hand: no schedule, and no steps before a version answers. */
export const flights = {
  ...flightDelays,
  plan: { ...flightDelays.plan, retrain: [], rollout: { parity: true, shadowMs: 0 } },
};
