import { stat } from 'node:fs/promises';
import { inTemporaryFolder } from '../inTemporaryFolder.ts';

/** What the file system says of a file without reading it. */
export interface FileStamp {
  /** Size, times of change in nanoseconds and inode. A program can set the first of the times back, not the second. */
  readonly id: string;
  /** The same for people. */
  readonly text: string;
  readonly changedMs: number;
  readonly bytes: number;
}

export async function stampOf(path: string): Promise<FileStamp> {
  const { size, mtimeNs, ctimeNs, ino, mtime } = await stat(path, { bigint: true });
  return {
    id: `${size}.${mtimeNs}.${ctimeNs}.${ino}`,
    text: `${size} bytes of ${mtime.toISOString()} (${ino})`,
    changedMs: Math.max(Number(mtimeNs / 1_000_000n), Number(ctimeNs / 1_000_000n)),
    bytes: Number(size),
  };
}

/**
 * A moment that writes of now lie after, by the file system's clock. A file that changed later may change once more and
 * keep its stamp, since a file system's clock ticks in steps (Git has the same care: `racy-git`).
 */
export async function settledMs(): Promise<number> {
  return inTemporaryFolder(async (folder) => (await stampOf(folder)).changedMs - stepMs);
}

/** Coarser than the steps of the file systems in use: FAT's are of two seconds. */
const stepMs = 2_000;
