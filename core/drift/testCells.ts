import type { CellLaw } from './cellLaw.ts';

/** Rows of a reference and of a window in the same cells. */
export interface TestCells {
  /** How the window's rows would fall into them where nothing has changed. */
  readonly law: CellLaw['kind'];
  readonly reference: readonly number[];
  readonly window: readonly number[];
}
