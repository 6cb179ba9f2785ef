import { cancellationSignal, heartbeat } from '@temporalio/activity';

/** Well within the ten seconds after which the server takes a silent worker for dead. */
const beatMs = 2_000;

/** Heartbeats while the work goes on, so that a dead worker is noticed within seconds. What `tell` was given last goes with them. */
export async function whileBeating<T>(
  work: (signal: AbortSignal, tell: (now: string) => void) => Promise<T>,
): Promise<T> {
  const told: string[] = [];
  const beat = setInterval(() => heartbeat(...told), beatMs);
  try {
    return await work(cancellationSignal(), (now) => told.splice(0, 1, now));
  } finally {
    clearInterval(beat);
  }
}
