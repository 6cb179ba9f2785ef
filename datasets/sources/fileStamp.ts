import { type BigIntStats, type Stats, statSync } from 'node:fs';
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
 * times as long as the answer; others have their turn in between. One of `before`, by path, is given again where the file
 * is what it was: it must be of a file that had settled then, as times are compared to a microsecond here.
 */
export async function stampsOf(
  paths: readonly string[],
  before: (path: string) => FileStamp | undefined = () => undefined,
): Promise<FileStamp[]> {
  const stamps: FileStamp[] = [];
  for (const path of paths) {
    stamps.push(stampNow(path, before(path)));
    if (stamps.length % atOnce === 0) await setImmediate();
  }
  return stamps;
}

/** About a millisecond on a disk of this machine. */
const atOnce = 200;

function stampNow(path: string, before: FileStamp | undefined): FileStamp {
  // Without big integers and a text made of them, which take as long as the file system's answer.
  const now = before === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  if (now !== undefined && before instanceof StatStamp && before.isOf(now)) return before;
  return stampOfStat(statSync(path, { bigint: true }));
}

function stampOfStat(stats: BigIntStats): FileStamp {
  return new StatStamp(stats);
}

/** Its text is made for who asks: of thousands of files nobody does. */
class StatStamp implements FileStamp {
  readonly id: string;
  readonly changedMs: number;
  readonly bytes: number;
  private readonly inode: number;
  private readonly writtenMs: number;
  private readonly movedMs: number;

  constructor({ size, mtimeNs, ctimeNs, ino }: BigIntStats) {
    this.id = `${size}.${mtimeNs}.${ctimeNs}.${ino}`;
    this.bytes = Number(size);
    this.inode = Number(ino);
    this.writtenMs = msOf(mtimeNs);
    this.movedMs = msOf(ctimeNs);
    this.changedMs = Math.floor(Math.max(this.writtenMs, this.movedMs));
  }

  get text(): string {
    return `${this.bytes} bytes of ${new Date(this.writtenMs).toISOString()} (${this.id.slice(this.id.lastIndexOf('.') + 1)})`;
  }

  /** Whether the file system says the same still. */
  isOf({ size, mtimeMs, ctimeMs, ino }: Stats): boolean {
    return size === this.bytes && mtimeMs === this.writtenMs && ctimeMs === this.movedMs && ino === this.inode;
  }
}

/** As Node counts them: whole seconds and what is left of them, each in milliseconds. */
function msOf(ns: bigint): number {
  return Number(ns / 1_000_000_000n) * 1_000 + Number(ns % 1_000_000_000n) / 1_000_000;
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
