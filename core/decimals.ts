/** Four decimals, and no minus before a zero. */
export function decimals(value: number): string {
  return value.toFixed(4).replace(/^-(?=0\.0000$)/, '');
}
