import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger, type LogEntry, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

/** What the SDK warns of that is as it should be. */
const asIntended = ['No workflows registered'];

/**
 * Lets Temporal's SDK tell only warnings, one line each, and leave signals to us. Where it works for one command alone
 * (`isBrief`), what ends the command's work is left to that. Call once, before any connection.
 */
export function quietRuntime({ isBrief = false }: { readonly isBrief?: boolean } = {}): void {
  const logger = new DefaultLogger('WARN', (entry) => {
    if (!(isBrief && isFinal(entry))) tell(entry);
  });
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging: { filter, forward: {} } } });
}

/** An attempt that is followed by another is told: nobody else says what is waited for. */
function isFinal({ message, meta }: LogEntry): boolean {
  if (message === 'Workflow failed') return true;
  return message === 'Activity failed' && meta?.error instanceof ApplicationFailure && meta.error.nonRetryable === true;
}

function tell({ level, message, meta }: LogEntry): void {
  if (asIntended.some((start) => message.startsWith(start))) return;
  const where = [meta?.activityType, meta?.workflowId].filter((part) => part !== undefined).join(' in ');
  process.stderr.write(`${level} ${message}${where === '' ? '' : `: ${where}`}${causeOf(meta?.error)}\n`);
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return error.cause instanceof Error ? causeOf(error.cause) : `: ${error.message}`;
}
