import type { Path } from './odcsData.ts';

/**
 * What an import tells of a place: `unsupported` has no place in a contract, `differs` became a rule that does not mean
 * quite the same, `assumed` is what the document does not say.
 */
export interface Told {
  readonly kind: 'unsupported' | 'differs' | 'assumed';
  readonly path: Path;
  readonly what: string;
}

export type Tell = (told: Told) => void;

/** Facts about the same key of many properties are told once, at the first, with how many there are. */
export function summarized(told: readonly Told[]): Told[] {
  const groups = new Map<string, Told[]>();
  for (const one of told) {
    const key = JSON.stringify([one.kind, one.what, one.path.map((part) => (typeof part === 'number' ? 0 : part))]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    if (others.length === 0) return [first];
    return [{ ...first, what: `${first.what} (and ${others.length} more)` }];
  });
}
