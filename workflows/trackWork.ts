import { CancellationScope, condition } from '@temporalio/workflow';

/** Promises of work that is under way. */
export interface TrackedWork {
  add(work: Promise<void>): void;
  count(): number;
  /** Resolves once something has ended since it was last asked; rejects with what failed first. */
  someEnded(): Promise<void>;
  /** Resolves once nothing is under way any more, however it ended. */
  allEnded(): Promise<void>;
}

/**
 * Tracks work by one promise for all of it. (A race over a thousand promises, anew for each that ends, takes a workflow
 * task beyond its five seconds.)
 */
export function trackWork(): TrackedWork {
  let count = 0;
  let turn = openTurn();
  const ended = (): void => {
    count -= 1;
    turn.resolve();
  };
  return {
    add(work) {
      count += 1;
      work.then(ended, (error) => {
        turn.reject(error);
        ended();
      });
    },
    count: () => count,
    async someEnded() {
      await turn.promise;
      turn = openTurn();
    },
    allEnded: () => CancellationScope.nonCancellable(() => condition(() => count === 0)),
  };
}

function openTurn(): PromiseWithResolvers<void> {
  const turn = Promise.withResolvers<void>();
  // What failed is told when it is asked for; until then it does not count as unheard.
  turn.promise.catch(() => undefined);
  return turn;
}
