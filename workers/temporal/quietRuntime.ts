import { DefaultLogger, type LogEntry, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

/** What the SDK warns of that is as it should be. */
const asIntended = ['No workflows registered'];

/** Lets Temporal's SDK tell only warnings, one line each, and leave signals to us. Call once, before any connection. */
export function quietRuntime(): void {
  const logger = new DefaultLogger('WARN', tell);
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging: { filter, forward: {} } } });
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
