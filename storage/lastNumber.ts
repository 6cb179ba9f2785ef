/**
 * The last number that is there, of numbers that follow each other from 1; 0 where there is none. Asks near `hint` first:
 * with one that is right, twice; with none, as often as the number has binary digits, twice.
 */
export async function lastNumber(isThere: (n: number) => Promise<boolean>, hint = 0): Promise<number> {
  let there = hint > 0 && (await isThere(hint)) ? hint : 0;
  let step = 1;
  while (await isThere(there + step)) {
    there += step;
    step *= 2;
  }
  let absent = there + step;
  while (absent - there > 1) {
    const middle = Math.floor((there + absent) / 2);
    if (await isThere(middle)) there = middle;
    else absent = middle;
  }
  return there;
}
