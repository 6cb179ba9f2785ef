import { z } from 'zod';
import type { ApprovalNeed, ReleasePlan } from '../core/releasePlan.ts';
import { type Duration, durationMs } from '../core/time.ts';
import { invalid } from './invalid.ts';

/** Whose word a version needs beside the gate's. */
export interface ReleaseDefinition {
  /**
   * How many persons must approve, by role: `{ risk: 1, owner: { count: 2, who: ['ana', 'ben', 'eva'] } }`. With names
   * nobody else may act in the role, and the count is 1 when left out. One person counts once, in one role.
   */
  readonly approvals: Readonly<Record<string, number | NamedApprovers>>;
  /** How long an approval counts; `3 days` when left out. */
  readonly expireAfter?: Duration;
}

interface NamedApprovers {
  readonly count?: number;
  readonly who: readonly string[];
}

const counted = z.number('how many persons, or { count, who }');
const named = z.strictObject({ count: counted.optional(), who: z.array(z.string('a name'), 'a list of names') });

/** The same, for the check at run time. */
export const releaseShape = z.strictObject(
  {
    approvals: z.record(
      z.string(),
      z.union([counted, named], 'how many persons, or { count, who }'),
      'an object with a number of persons for each role',
    ),
    expireAfter: z.string("a duration such as '3 days'").optional(),
  },
  'an object',
);

/** The release's section of the plan. Throws `pipeline.invalid` and `duration.invalid`, naming `place`. */
export function releaseOf({ approvals, expireAfter = '3 days' }: ReleaseDefinition, place: string): ReleasePlan {
  const needs = Object.entries(approvals).map(([role, need]) => needOf(role, need, `${place}.approvals`));
  if (needs.length === 0) throw invalid(`${place}.approvals`, 'a role at least, such as { risk: 1 }', approvals);
  const expireAfterMs = durationMs(expireAfter, `${place}.expireAfter`);
  if (expireAfterMs === 0) throw invalid(`${place}.expireAfter`, 'a time above 0', expireAfter);
  return { approvals: needs, expireAfterMs };
}

function needOf(role: string, need: number | NamedApprovers, place: string): ApprovalNeed {
  if (!/^[a-z][a-z0-9-]*$/.test(role)) throw invalid(place, "a role of small letters, digits and '-'", role);
  const { count = 1, who } = typeof need === 'number' ? { count: need, who: undefined } : need;
  if (!Number.isSafeInteger(count) || count < 1) throw invalid(`${place}.${role}`, 'one person or more', count);
  if (who === undefined) return { role, count };
  const names = new Set(who.map((name) => name.trim().toLowerCase()));
  if (names.size < who.length || names.has('')) throw invalid(`${place}.${role}.who`, 'each name once', who);
  if (who.length < count) throw invalid(`${place}.${role}.who`, `${count} names or more`, who);
  return { role, count, who };
}
