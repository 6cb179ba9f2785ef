import type { ObjectStamp } from './localSource.ts';

/** The files of a source. */
export interface FoundFiles {
  /** The source for people: the path or the pattern. */
  readonly name: string;
  /** Whether the source is one file by its name, which then must have rows. */
  readonly single: boolean;
  /** In the order of their names' code points: the order of the source's rows. */
  readonly files: readonly FoundFile[];
}

export interface FoundFile {
  /** A path of this machine, or the address of an object in a bucket. */
  readonly path: string;
  /** Of an object, as the listing tells it; the file system is asked about a path. */
  readonly stamp?: ObjectStamp;
}
