/** Answers of one serving process to one connection by one variant of one epoch. Times are milliseconds UTC. */
export interface SeenAnswers {
  readonly connection: number;
  /** The serving process: request ids begin with its name. */
  readonly session: string;
  readonly epoch: number;
  readonly variant: string;
  readonly version: number;
  readonly answers: number;
  /** When the first and the last of these requests began. */
  readonly began: number;
  readonly last: number;
}

export interface ClientReport {
  /** Calls that ended, as their callers saw it. */
  readonly answered: number;
  /** How often a process said that it had too much to do, and was asked again. */
  readonly shed: number;
  /** Calls that failed at both addresses. */
  readonly failures: readonly string[];
  /** First attempts that failed, and were answered at the other address unless a failure says otherwise. */
  readonly retried: readonly {
    readonly address: number;
    readonly began: number;
    readonly failed: number;
    readonly why: string;
  }[];
  readonly seen: readonly SeenAnswers[];
}

/** One change of the routing, as it was published. */
export interface Published {
  readonly epoch: number;
  readonly kind: 'first' | 'promotion' | 'rollback' | 'canary' | 'withdrawal';
  /** Who may answer under it, by name. */
  readonly allowed: Readonly<Record<string, number>>;
  /** When each serving process had said in its lease that it answers by it, by its name. */
  readonly applied: Readonly<Record<string, number>>;
}

/** One death and the start after it. */
export interface Kill {
  readonly address: number;
  readonly killed: number;
  /** When it listened again. */
  readonly back: number;
}

/** What a life of a serving process said of the epochs that it applied, in order. */
export interface Life {
  readonly address: number;
  readonly pid: number;
  readonly epochs: readonly number[];
}
