import { randomBytes } from 'node:crypto';

/**
 * What an object carries as metadata: the SHA-256 of all its bytes (S3's own is one of parts where it came in parts),
 * and who wrote it, newest first, so that a writer whose answer was lost can tell whether its bytes were stored, even
 * after others have replaced them.
 */
export interface Marks {
  readonly sha256?: string;
  readonly writers: readonly string[];
}

/** A name for one write, as no other has it. */
export function newWriter(): string {
  return randomBytes(9).toString('base64url');
}

/** The writers of an object that replaces one of these others. */
export function successor(writer: string, before: readonly string[]): readonly string[] {
  return [writer, ...before].slice(0, remembered);
}

export function toMetadata({ sha256, writers }: Required<Marks>): Record<string, string> {
  return { [digestName]: sha256, [writersName]: writers.join(',') };
}

/** Without metadata, as after a restore by another tool, it carries no marks. */
export function fromMetadata(metadata: Readonly<Record<string, string>> = {}): Marks {
  const [sha256, writers = ''] = [metadata[digestName], metadata[writersName]];
  return { ...(sha256 === undefined ? {} : { sha256 }), writers: writers.split(',').filter((one) => one !== '') };
}

/** The port's etag: the server's (quoted, of the bytes alone on most) and the writers. */
export function toEtag(state: string, writers: readonly string[]): string {
  return `${state} ${writers.join(',')}`;
}

/** Undefined for a text that is no etag of this store. */
export function fromEtag(etag: string): { readonly state: string; readonly writers: readonly string[] } | undefined {
  const [, state, writers = ''] = /^("[^"]*") ([\w,-]*)$/.exec(etag) ?? [];
  return state === undefined ? undefined : { state, writers: writers.split(',').filter((one) => one !== '') };
}

const digestName = 'whet-sha256';
const writersName = 'whet-writers';
/** As many others may replace an object before a lost answer is settled. S3 takes 2 KB of metadata. */
const remembered = 16;
