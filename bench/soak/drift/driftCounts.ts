import { commonLevel } from '../../../core/drift/judgeTogether.ts';
import { seededRandom } from '../../../core/random.ts';
import { type InjectedDrift, noDrift, worldReference, worldRows, worldTests } from './driftWorld.ts';

/** Of simulated windows, in how many a test is off, by the share of false alarms that it is held to. */
export interface DriftCounts {
  readonly windows: number;
  /** By test. */
  readonly off: Readonly<Record<string, OffCounts>>;
  /** Windows in which any of all tests is off, each by itself; and judged together. */
  readonly anyAlone: OffCounts;
  readonly anyTogether: OffCounts;
}

/** By the stated share of false alarms, as text. */
export type OffCounts = Readonly<Record<string, number>>;

export const stated = [0.05, 0.01] as const;

/** Each window has a reference of its own: what is stated holds for the reference's chance as well as the window's. */
export function driftCounts(
  seed: number,
  windows: number,
  rows: { readonly reference: number; readonly window: number },
  drift: InjectedDrift,
): DriftCounts {
  const random = seededRandom(seed);
  const off: Record<string, Record<string, number>> = {};
  const anyAlone: Record<string, number> = {};
  const anyTogether: Record<string, number> = {};
  for (let window = 0; window < windows; window += 1) {
    const before = worldReference(worldRows(random, rows.reference, noDrift));
    const tests = worldTests(before, worldRows(random, rows.window, drift));
    const told = Object.entries(tests).flatMap(([name, test]) =>
      test === undefined ? [] : [[name, test.pValue] as const],
    );
    const pValues = told.map(([, pValue]) => pValue);
    for (const share of stated) {
      for (const [name, pValue] of told) {
        off[name] ??= {};
        add(off[name], share, pValue <= share);
      }
      add(
        anyAlone,
        share,
        pValues.some((pValue) => pValue <= share),
      );
      const level = commonLevel(pValues, share);
      add(
        anyTogether,
        share,
        pValues.some((pValue) => pValue <= level),
      );
    }
  }
  return { windows, off, anyAlone, anyTogether };
}

/** Counts of several rounds, added up. */
export function addedCounts(rounds: readonly DriftCounts[]): DriftCounts {
  const off: Record<string, Record<string, number>> = {};
  const [anyAlone, anyTogether] = [{}, {}];
  for (const round of rounds) {
    for (const [name, counts] of Object.entries(round.off)) {
      off[name] ??= {};
      addAll(off[name], counts);
    }
    addAll(anyAlone, round.anyAlone);
    addAll(anyTogether, round.anyTogether);
  }
  return { windows: rounds.reduce((sum, { windows }) => sum + windows, 0), off, anyAlone, anyTogether };
}

function addAll(counts: Record<string, number>, more: OffCounts): void {
  for (const [share, count] of Object.entries(more)) counts[share] = (counts[share] ?? 0) + count;
}

function add(counts: Record<string, number>, share: number, isOff: boolean): void {
  counts[share] = (counts[share] ?? 0) + Number(isOff);
}
