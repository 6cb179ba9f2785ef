/** What a person wrote of a version or a run: `models/<pipeline>/notes/<n>.json`, create-only, never changed. */
export interface NoteRecord {
  /** Counted from 1. */
  readonly n: number;
  readonly about: NoteSubject;
  /** Words that are put on it, or taken off again. */
  readonly tags?: readonly string[];
  readonly untag?: readonly string[];
  readonly text?: string;
  readonly who: string;
  /** ISO, UTC. */
  readonly at: string;
}

/** Of a pipeline: a version by its number, or a run by `<pipeline>/<asOf>/<n>`. */
export type NoteSubject = { readonly version: number } | { readonly run: string };

/** What stands on one version or run: its tags in the order in which they came, and its notes, oldest first. */
export interface Noted {
  readonly tags: readonly string[];
  readonly notes: readonly { readonly text: string; readonly who: string; readonly at: string }[];
}

/** What the records of a pipeline say of a subject. */
export function notedOf(records: readonly NoteRecord[], subject: NoteSubject): Noted {
  const tags = new Set<string>();
  const notes: { text: string; who: string; at: string }[] = [];
  for (const { about, text, tags: added = [], untag = [], who, at } of records) {
    if (!isSame(about, subject)) continue;
    for (const tag of added) tags.add(tag);
    for (const tag of untag) tags.delete(tag);
    if (text !== undefined) notes.push({ text, who, at });
  }
  return { tags: [...tags], notes };
}

/** For one cell of a table: `audited, for the board; as shown in March (ana)`. */
export function notedText({ tags, notes }: Noted): string {
  return [tags.join(', '), ...notes.map(({ text, who }) => `${text} (${who})`)]
    .filter((part) => part !== '')
    .join('; ');
}

function isSame(one: NoteSubject, other: NoteSubject): boolean {
  if ('version' in one) return 'version' in other && one.version === other.version;
  return 'run' in other && one.run === other.run;
}
