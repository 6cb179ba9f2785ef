import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundle } from '@temporalio/worker';

/** Bundles the engine's workflows for a worker: about a second, so once per process. */
export function bundleWorkflows(entry: URL = ownEntry()): Promise<WorkflowBundle> {
  return bundleWorkflowCode({ workflowsPath: fileURLToPath(entry), logger: quiet });
}

/** The sources as they are, or the JavaScript of the published package. */
function ownEntry(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`../workflows/workflows.${extension}`, import.meta.url);
}

/** The bundler tells sizes and times; only its warnings are worth a line. */
const quiet = {
  log: () => undefined,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: (message: string) => process.stderr.write(`${message}\n`),
  error: (message: string) => process.stderr.write(`${message}\n`),
};
