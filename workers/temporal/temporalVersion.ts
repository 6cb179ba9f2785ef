import { execFile } from 'node:child_process';

/** The release that is downloaded or built: CLI 1.8.2 holds server 1.31.2 and Web UI 2.50.1. */
export const pinnedVersion = '1.8.2';

/**
 * Asks a binary for its version. `works` is whether it answered and is CLI 1.3 (server 1.27) or later; `text` is its
 * answer, or why there was none.
 */
export function temporalVersion(binary: string): Promise<{ readonly works: boolean; readonly text: string }> {
  return new Promise((resolve) => {
    execFile(binary, ['--version'], { timeout: 20_000 }, (error, stdout) => {
      if (error !== null) return resolve({ works: false, text: `does not run: ${error.message.trim()}` });
      const text = stdout.trim();
      resolve(isKnownToWork(text) ? { works: true, text } : { works: false, text: `is too old or unknown: '${text}'` });
    });
  });
}

/** `temporal version 1.3.0 (Server 1.27.1, UI 2.36.0)`. A build from the Go module calls itself 0.0.0-DEV: its server counts. */
export function isKnownToWork(versionText: string): boolean {
  const [, cli] = versionText.match(/^temporal version (\d+\.\d+)/) ?? [];
  const [, server] = versionText.match(/\(Server (\d+\.\d+)/) ?? [];
  return (cli !== undefined && atLeast(cli, 1, 3)) || (server !== undefined && atLeast(server, 1, 27));
}

function atLeast(version: string, major: number, minor: number): boolean {
  const [hadMajor = 0, hadMinor = 0] = version.split('.').map(Number);
  return hadMajor > major || (hadMajor === major && hadMinor >= minor);
}
