/** The 95 % interval of a share of independent rows (Wilson 1927). `all` is above 0. */
export function wilsonInterval(count: number, all: number): { readonly low: number; readonly high: number } {
  const square = 1.959964 ** 2;
  const middle = (count + square / 2) / (all + square);
  const reach = (1.959964 / (all + square)) * Math.sqrt((count * (all - count)) / all + square / 4);
  return { low: Math.max(0, middle - reach), high: Math.min(1, middle + reach) };
}
