import { checkTraffic } from './checkTraffic.ts';
import { WhetError } from './errors.ts';
import type { PauseInput } from './releaseMessages.ts';
import { plannedTraffic, type TrafficWish } from './servingPlan.ts';

/** A person's word on how requests are shared; null: the champion answers them all. */
export interface TrafficInput extends PauseInput {
  readonly traffic: TrafficWish<number> | null;
}

/**
 * Checks the word as it came, from the command or the Web UI. A variant's weight and shadow are 0 when left out, and what else is left
 * out the pipeline's file says. Throws `input.invalid`, and `traffic.invalid` naming the place.
 */
export function checkTrafficInput(input: unknown): TrafficInput {
  const fields = Object(input) === input && !Array.isArray(input) ? (input as Record<string, unknown>) : undefined;
  if (fields?.traffic === undefined) throw refused("an object with 'traffic'", input);
  const strange = Object.keys(fields).find((name) => !['traffic', 'who', 'why'].includes(name));
  if (strange !== undefined) throw refused("the fields 'traffic', 'who' and 'why'", strange);
  for (const name of ['who', 'why']) {
    if (fields[name] !== undefined && typeof fields[name] !== 'string')
      throw refused(`a text in '${name}'`, fields[name]);
  }
  const { who, why } = fields as PauseInput;
  const traffic = fields.traffic === null ? null : wishOf(fields.traffic);
  return { traffic, ...(who === undefined ? {} : { who }), ...(why === undefined ? {} : { why }) };
}

export function isVersionNumber(version: unknown): version is number {
  return Number.isSafeInteger(version) && Number(version) > 0;
}

/** What is left out stays left out: it is filled in to be checked alone. */
function wishOf(said: unknown): TrafficWish<number> {
  const wish = Object(said) === said ? withShares(said as Record<string, unknown>) : said;
  const whole = Object(wish) === wish ? { ...plannedTraffic({ variants: {} }), ...(wish as object) } : wish;
  checkTraffic(whole, isVersionNumber);
  return wish as TrafficWish<number>;
}

function withShares({ variants, ...others }: Record<string, unknown>): Record<string, unknown> {
  if (Object(variants) !== variants) return { ...others, variants };
  const entries = Object.entries(variants as object).map(([name, variant]) => [
    name,
    Object(variant) === variant ? { weight: 0, shadow: 0, ...variant } : variant,
  ]);
  return { ...others, variants: Object.fromEntries(entries) };
}

function refused(expected: string, came: unknown): WhetError {
  const todo = `Send for example ${trafficExample}.`;
  return new WhetError('input.invalid', { expected, came: JSON.stringify(came)?.slice(0, 200) ?? 'nothing', todo });
}

export const trafficExample =
  '{"who": "ana", "why": "which sells more", "traffic": {"variants": {"b": {"version": 3, "weight": 0.5}}}}';
