import type { InstallableBackend } from '../../models/backends/installation.ts';
import type { RunCommand } from '../runCommand.ts';

/** What each step of an installation has at hand. */
export interface InstallStep {
  readonly name: InstallableBackend;
  readonly folder: string;
  readonly run: RunCommand;
  readonly fetch: typeof fetch;
  readonly report: (line: string) => void;
}
