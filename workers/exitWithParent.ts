/** What a supervisor tells its child; `stop` asks it to end in good order. */
export interface StopMessage {
  readonly kind: 'stop';
}

/**
 * Called first by the entry of a child process. The child ends when the channel to its parent closes, however the
 * parent died, and runs `stop` once, then exits with 0, when it is told to stop (by message or SIGTERM).
 *
 * Under a parent, Ctrl-C is the parent's affair and ignored here. Run by hand, without one, Ctrl-C stops.
 */
export function exitWithParent(stop: () => Promise<void> = async () => {}): void {
  const hasParent = process.send !== undefined;
  const stopOnce = once(stop);
  process.on('SIGTERM', stopOnce);
  process.on('SIGINT', hasParent ? () => {} : stopOnce);
  if (!hasParent) return;
  if (!process.connected) process.exit(parentGone);
  process.on('disconnect', () => process.exit(parentGone));
  process.on('message', (message) => {
    if (isStop(message)) stopOnce();
  });
}

/** The exit code of a child whose parent died. */
const parentGone = 70;

function once(stop: () => Promise<void>): () => void {
  let stopping = false;
  return () => {
    if (stopping) return;
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
}

function isStop(message: unknown): message is StopMessage {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'stop';
}
