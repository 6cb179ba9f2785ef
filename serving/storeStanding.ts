/** Whether the store answers this serving process, and what it serves by a copy of its own until then. */
export interface StoreStanding {
  readonly answers: boolean;
  /** Pipelines that follow a routing kept on this machine, because the store has not given one since the start. */
  readonly kept: ReadonlySet<string>;
}

/** Where the outcome of each use of the store is told. It reports once that the store is gone, and once that it is back. */
export interface StoreTeller extends StoreStanding {
  failed(error: unknown): void;
  back(): void;
  follows(pipeline: string, source: 'kept' | 'store', epoch: number): void;
}

export function storeTeller(report: (line: string) => void): StoreTeller {
  const kept = new Set<string>();
  let gone = false;
  return {
    kept,
    get answers() {
      return !gone;
    },
    failed(error) {
      if (!gone) report(`The store does not answer; the last routing stays in force. ${String(error)}`);
      gone = true;
    },
    back() {
      if (gone) report('The store answers again.');
      gone = false;
    },
    follows(pipeline, source, epoch) {
      if (source === 'store') return void kept.delete(pipeline);
      report(
        `${pipeline}: the store gives no routing; epoch ${epoch}, kept on this machine, is followed until it does.`,
      );
      kept.add(pipeline);
    },
  };
}
