export type ChangeLevel = 'major' | 'minor' | 'patch';

/** One difference between two contracts. */
export interface ContractChange {
  readonly level: ChangeLevel;
  /** The place, what was there and what is there now. */
  readonly what: string;
  /** Why it has this level. */
  readonly why: string;
}

export function major(what: string, why: string): ContractChange {
  return { level: 'major', what, why };
}

export function minor(what: string, why: string): ContractChange {
  return { level: 'minor', what, why };
}

export function patch(what: string, why: string): ContractChange {
  return { level: 'patch', what, why };
}

/** More rows are good than before: a model may be asked for what it was never trained on. */
export function loosened(what: string): ContractChange {
  return major(what, 'rows may come that no model was trained on');
}

/** Fewer rows are good than before: all that come could have come before. */
export function tightened(what: string): ContractChange {
  return minor(what, 'rows that were good may go to quarantine');
}
