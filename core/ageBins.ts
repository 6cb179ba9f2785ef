/** Hours of age, half-open; the last one has no end. */
export interface AgeBin {
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

/** The bin of a whole age from 0. */
export function ageBin(hours: number): AgeBin {
  const bin = ageBins.findLast(({ fromHours }) => hours >= fromHours);
  if (bin === undefined) throw new TypeError(`Expected an age from 0, but came ${hours}.`);
  return bin;
}
