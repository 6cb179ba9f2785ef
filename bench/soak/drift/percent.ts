/** A share in per cent, for people. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
