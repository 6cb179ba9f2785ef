import { cancellationSignal, heartbeat } from '@temporalio/activity';

/** Well within the ten seconds after which the server takes a silent worker for dead. */
const beatMs = 2_000;

/** Heartbeats while the work goes on, so that a dead worker is noticed within seconds. */
export async function whileBeating<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const beat = setInterval(() => heartbeat(), beatMs);
  try {
    return await work(cancellationSignal());
  } finally {
    clearInterval(beat);
  }
}
