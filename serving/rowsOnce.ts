/**
 * Asks for values of rows by their numbers, below `size`. Each row is worked on once, whoever asks for it and with which
 * others: a call works on those that nobody asked for yet, and waits for the others. Rejects where the work on one of them did.
 */
export function rowsOnce<T>(
  size: number,
  work: (rows: readonly number[]) => Promise<readonly T[]>,
): (rows: readonly number[]) => Promise<T[]> {
  const asked: (Promise<void> | undefined)[] = new Array(size).fill(undefined);
  const values: T[] = new Array(size);
  const worked = async (rows: readonly number[]): Promise<void> => {
    const made = await work(rows);
    rows.forEach((row, at) => {
      values[row] = made[at] as T;
    });
  };
  return async (rows) => {
    const fresh = rows.filter((row) => asked[row] === undefined);
    const working = fresh.length === 0 ? undefined : worked(fresh);
    for (const row of fresh) asked[row] = working;
    await Promise.all(new Set(rows.map((row) => asked[row])));
    return rows.map((row) => values[row] as T);
  };
}
