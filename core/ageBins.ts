/** Hours of age, half-open; the last one has no end. */
interface AgeBin {
  readonly fromHours: number;
  readonly toHours: number | null;
}

/** By which the decay of a model is told. A model of age 0 answers the hour that begins at its `asOf`. */
export const ageBins: readonly AgeBin[] = [
  { fromHours: 0, toHours: 1 },
  { fromHours: 1, toHours: 3 },
  { fromHours: 3, toHours: 6 },
  { fromHours: 6, toHours: 12 },
  { fromHours: 12, toHours: 24 },
  { fromHours: 24, toHours: null },
];
