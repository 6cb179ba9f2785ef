import { cancellationSignal, heartbeat } from '@temporalio/activity';

/** Half the interval at which the server expects a sign of life. */
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
