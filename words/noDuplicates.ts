import type { NoDuplicates } from './acrossRule.ts';

/** Of rows that are equal in every column, null being equal to null, one stays; the others go to quarantine. */
export function noDuplicates(): NoDuplicates {
  return { kind: 'noDuplicates' };
}
