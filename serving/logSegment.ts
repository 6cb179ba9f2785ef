import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestOf } from '../storage/digest.ts';

/**
 * Rows of one pipeline and hour that become one file of the prediction log. What is added is written through to a file of
 * this machine as well, where there is a folder for it: it outlives the process, and is not flushed, so it costs no wait.
 */
export interface LogSegment {
  readonly hour: string;
  readonly rows: number;
  /** The line of one row, with its end. */
  add(line: string): void;
  /** Ends when all that was added is in the file of this machine. */
  save(): Promise<void>;
  /** Its key in the store, with its bytes; nothing is added any more. The file of this machine has the same bytes by then. */
  sealed(): Promise<{ readonly key: string; readonly bytes: Uint8Array }>;
  /** Lets go of the file of this machine, and of the bytes: others are written over them. */
  remove(): Promise<void>;
  /** Leaves that file to whoever finds it. */
  end(): Promise<void>;
}

export interface SegmentPlace {
  readonly pipeline: string;
  readonly hour: string;
  /** `<session>-<number>`: no two segments ever share it. */
  readonly name: string;
  /** Of this process alone; undefined: rows are in memory alone. */
  readonly folder: string | undefined;
  /** Hears that the file of this machine cannot be written; the rows stay in memory. */
  readonly failed: (error: unknown) => void;
}

export function openSegment({ pipeline, hour, name, folder, failed }: SegmentPlace): LogSegment {
  const file = folder === undefined ? undefined : shadowFile(join(folder, pipeline, hour, `${name}.ndjson`));
  let bytes = spare.pop() ?? Buffer.allocUnsafeSlow(firstBytes);
  let [rows, size, saved] = [0, 0, 0];
  let [saving, waiting, broken] = [Promise.resolve(), false, file === undefined];
  const saveOnce = async (): Promise<void> => {
    waiting = false;
    const unsaved = bytes.subarray(saved, size);
    saved = size;
    if (broken || unsaved.length === 0) return;
    await file?.append(unsaved).catch((error: unknown) => {
      broken = true;
      failed(error);
    });
  };
  const save = (): Promise<void> => {
    if (!waiting) saving = saving.then(saveOnce);
    waiting = true;
    return saving;
  };
  return {
    hour,
    get rows() {
      return rows;
    },
    add(line) {
      const most = size + mostBytesOfUnit * line.length;
      if (most > bytes.length) bytes = grown(bytes, size, most);
      size += bytes.write(line, size);
      rows += 1;
    },
    save,
    async sealed() {
      await save();
      // Half of the rows would be taken for all of them, and be written a second time.
      if (broken) await file?.remove();
      const all = bytes.subarray(0, size);
      return { key: segmentKey(pipeline, hour, name, all), bytes: all };
    },
    async remove() {
      await saving;
      if (spare.length < mostSpare) spare.push(bytes);
      bytes = noBytes;
      await file?.remove();
    },
    async end() {
      await save();
      await file?.close();
    },
  };
}

/**
 * The bytes of segments that are let go of, for the next ones: the garbage of thousands of rows a second would fill more memory
 * than the rows that wait, and each collection of it would cost as much as hundreds of answers.
 */
const spare: Buffer[] = [];
const mostSpare = 2;
const noBytes = Buffer.alloc(0);
const firstBytes = 64 * 1024;

/** UTF-8 takes up to three bytes for a unit of UTF-16. */
const mostBytesOfUnit = 3;

function grown(bytes: Buffer, size: number, most: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.max(2 * bytes.length, most));
  bytes.copy(larger, 0, 0, size);
  return larger;
}

/** Bytes decide the key: whoever writes a segment, and however often, writes the same object. */
export function segmentKey(pipeline: string, hour: string, name: string, bytes: Uint8Array): string {
  return `predictions/${pipeline}/${hour}/${name}.sha256=${digestOf(bytes)}.ndjson`;
}

interface ShadowFile {
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
  remove(): Promise<void>;
}

function shadowFile(path: string): ShadowFile {
  let handle: FileHandle | undefined;
  return {
    async close() {
      await handle?.close();
      handle = undefined;
    },
    async append(bytes) {
      if (handle === undefined) {
        await mkdir(dirname(path), { recursive: true });
        handle = await open(path, 'ax');
      }
      await handle.appendFile(bytes);
    },
    async remove() {
      await handle?.close();
      if (handle !== undefined) await rm(path, { force: true });
      handle = undefined;
    },
  };
}
