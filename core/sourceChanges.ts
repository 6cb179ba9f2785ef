/** How the files of a source differ from those that the contract stage before read. */
export interface SourceChanges {
  readonly files: number;
  readonly added: number;
  /** Files with other bytes than before. */
  readonly changed: number;
  /** Files that are gone: their rows are no longer in their hours. The first few of many, by name. */
  readonly vanished: readonly string[];
  readonly vanishedCount: number;
}

/** A file of a source: its name and the SHA-256 of its bytes. */
export interface FileDigest {
  readonly path: string;
  readonly digest: string;
}

const shownAtMost = 5;

/** `before` is undefined where no stage ran before: then nothing is new. */
export function sourceChanges(before: readonly FileDigest[] | undefined, now: readonly FileDigest[]): SourceChanges {
  const held = new Map((before ?? now).map(({ path, digest }) => [path, digest]));
  const there = new Set(now.map(({ path }) => path));
  const vanished = [...held.keys()].filter((path) => !there.has(path));
  return {
    files: now.length,
    added: now.filter(({ path }) => !held.has(path)).length,
    changed: now.filter(({ path, digest }) => held.has(path) && held.get(path) !== digest).length,
    vanished: vanished.slice(0, shownAtMost),
    vanishedCount: vanished.length,
  };
}

/** What a person must know: files that are gone. Empty where none is. */
export function vanishedText({ vanished, vanishedCount }: SourceChanges): string {
  if (vanishedCount === 0) return '';
  const more = vanishedCount > vanished.length ? `, and ${vanishedCount - vanished.length} more` : '';
  return `${vanishedCount} source file${vanishedCount === 1 ? ' is' : 's are'} gone: ${vanished.join(', ')}${more}`;
}
