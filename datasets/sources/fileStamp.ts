import { type BigIntStats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { WhetError } from '../../core/errors.ts';
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
  return stampOfStat(await stat(path, { bigint: true }));
}

/**
 * The stamps of many paths, in their order. Asked one by one without handing each to another thread, which takes ten
 * times as long as the answer; others have their turn in between.
 */
export async function stampsOf(paths: readonly string[]): Promise<FileStamp[]> {
  const stamps: FileStamp[] = [];
  for (const path of paths) {
    stamps.push(stampOfStat(statSync(path, { bigint: true })));
    if (stamps.length % atOnce === 0) await setImmediate();
  }
  return stamps;
}

/** About a millisecond on a disk of this machine. */
const atOnce = 200;

function stampOfStat({ size, mtimeNs, ctimeNs, ino }: BigIntStats): FileStamp {
  const written = Number(mtimeNs / 1_000_000n);
  const changedMs = Math.max(written, Number(ctimeNs / 1_000_000n));
  return new StatStamp(`${size}.${mtimeNs}.${ctimeNs}.${ino}`, changedMs, Number(size), written, ino);
}

/** Its text is made for who asks: of thousands of files nobody does. */
class StatStamp implements FileStamp {
  readonly id: string;
  readonly changedMs: number;
  readonly bytes: number;
  private readonly writtenMs: number;
  private readonly inode: bigint;

  constructor(id: string, changedMs: number, bytes: number, writtenMs: number, inode: bigint) {
    this.id = id;
    this.changedMs = changedMs;
    this.bytes = bytes;
    this.writtenMs = writtenMs;
    this.inode = inode;
  }

  get text(): string {
    return `${this.bytes} bytes of ${new Date(this.writtenMs).toISOString()} (${this.inode})`;
  }
}

/** Throws `source.changed` where a file is not what it was when it was looked at. */
export async function requireUnchanged(path: string, before: FileStamp): Promise<void> {
  const after = await stampOf(path);
  if (after.text === before.text) return;
  throw new WhetError('source.changed', { expected: `${path} to stay as it was: ${before.text}`, came: after.text });
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
