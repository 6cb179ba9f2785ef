import type { BacktestTurn } from './backtest.ts';

/** What a track of a back-test has come to, for who watches it. */
export interface BacktestTally {
  readonly turns: number;
  readonly promoted: number;
  readonly rejected: number;
  /** Findings of its watch that were off. */
  readonly off: number;
}

export const noTurns: BacktestTally = { turns: 0, promoted: 0, rejected: 0, off: 0 };

/** After one hour more. */
export function tallied(before: BacktestTally, turn: BacktestTurn | null, off: number): BacktestTally {
  return {
    turns: before.turns + Number(turn !== null),
    promoted: before.promoted + Number(turn?.outcome === 'promoted'),
    rejected: before.rejected + Number(turn?.outcome === 'rejected'),
    off: before.off + off,
  };
}

/** As a Markdown table. */
export function talliesTable(tallies: Readonly<Record<string, BacktestTally>>): string {
  const rows = Object.entries(tallies).map(
    ([name, { turns, promoted, rejected, off }]) => `| ${name} | ${turns} | ${promoted} | ${rejected} | ${off} |`,
  );
  return ['| cadence | turns | promoted | rejected | findings off |', '|---|---|---|---|---|', ...rows].join('\n');
}
