import { unwatchFile, watchFile } from 'node:fs';

/** How often files are looked at. */
const everyMs = 500;

/** Calls `changed` when one of some files is another one than before; what it throws is reported, and nothing else happens. */
export function followFile(
  files: readonly string[],
  report: (line: string) => void,
  changed: () => void,
): { close(): void } {
  const look = (): void => {
    try {
      changed();
    } catch (error) {
      report(`${files.join(', ')} changed and cannot be used; what was read before still holds. ${String(error)}`);
    }
  };
  for (const file of files) watchFile(file, { interval: everyMs, persistent: false }, look);
  return {
    close() {
      for (const file of files) unwatchFile(file, look);
    },
  };
}
