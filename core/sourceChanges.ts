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
  const [earlier, later] = withoutAlike(before ?? now, now);
  const held = new Map(earlier.map(({ path, digest }) => [path, digest]));
  const there = new Set(later.map(({ path }) => path));
  const vanished = [...held.keys()].filter((path) => !there.has(path));
  return {
    files: now.length,
    added: later.filter(({ path }) => !held.has(path)).length,
    changed: later.filter(({ path, digest }) => held.has(path) && held.get(path) !== digest).length,
    vanished: vanished.slice(0, shownAtMost),
    vanishedCount: vanished.length,
  };
}

/** Both without the files that are alike at their beginnings and at their ends: of thousands nearly all. */
function withoutAlike(before: readonly FileDigest[], now: readonly FileDigest[]): [FileDigest[], FileDigest[]] {
  const isAlike = (one: FileDigest | undefined, other: FileDigest | undefined): boolean =>
    one !== undefined && (one === other || (one.path === other?.path && one.digest === other.digest));
  let first = 0;
  while (isAlike(before[first], now[first])) first += 1;
  let last = 0;
  const most = Math.min(before.length, now.length) - first;
  while (last < most && isAlike(before[before.length - 1 - last], now[now.length - 1 - last])) last += 1;
  return [before.slice(first, before.length - last), now.slice(first, now.length - last)];
}

/** What a person must know: files that are gone. Empty where none is. */
export function vanishedText({ vanished, vanishedCount }: SourceChanges): string {
  if (vanishedCount === 0) return '';
  const more = vanishedCount > vanished.length ? `, and ${vanishedCount - vanished.length} more` : '';
  return `${vanishedCount} source file${vanishedCount === 1 ? ' is' : 's are'} gone: ${vanished.join(', ')}${more}`;
}
