import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOfFile } from '../../../storage/digest.ts';

/** Watches that the partitions of an output, once they are there, stay the files that they are. */
export interface WrittenOnce {
  /** Looks at the output: how many partitions there are. */
  look(): Promise<number>;
  readonly violations: readonly string[];
}

export function writtenOnce(output: string): WrittenOnce {
  const seen = new Map<string, string>();
  const violations: string[] = [];
  return {
    violations,
    async look() {
      const names = await readdir(output).catch(() => []);
      const files = names.filter((name) => name.endsWith('.parquet'));
      for (const name of files) {
        const { ino, mtimeNs } = await stat(join(output, name), { bigint: true });
        const mark = `${ino} of ${mtimeNs}`;
        const before = seen.get(name);
        if (before !== undefined && before !== mark) violations.push(`${name} was ${before}, and is ${mark}`);
        seen.set(name, mark);
      }
      for (const name of seen.keys()) if (!files.includes(name)) violations.push(`${name} was there, and is gone`);
      return files.length;
    },
  };
}

/** The SHA-256 of each file of an output, by its path in it; what is not done yet left out. */
export async function outputDigests(output: string): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const entry of await readdir(output, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(output.length + 1);
    if (entry.isFile() && !name.startsWith('tmp/')) digests.set(name, await digestOfFile(path));
  }
  return digests;
}
