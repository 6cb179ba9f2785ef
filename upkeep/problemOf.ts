import { WhetError } from '../core/errors.ts';

/** What a check of something stored ends with, as a sentence; surroundings that fail are no damage. */
export async function problemOf(check: () => Promise<void>): Promise<string | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    const isDamage = error instanceof WhetError && /^(?:storage\.(?:damaged|missing)|ledger\.broken)$/.test(error.code);
    if (!isDamage) throw error;
    return `expected ${error.facts.expected}, but came ${error.facts.came}`;
  }
}
