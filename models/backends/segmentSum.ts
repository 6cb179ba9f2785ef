/**
 * Adds up the rows of `values` by segment, in the order of the rows: the gradient of a gather. `sums` is one row per
 * segment, `segments` names one per row of `values`; negative ones are left out, as in TensorFlow.
 */
export function segmentSum(sums: Float32Array, values: Float32Array, segments: Int32Array): void {
  const width = values.length / Math.max(1, segments.length);
  sums.fill(0);
  for (let row = 0; row < segments.length; row += 1) {
    const segment = segments[row] ?? -1;
    if (segment < 0) continue;
    const [to, from] = [segment * width, row * width];
    for (let column = 0; column < width; column += 1) {
      sums[to + column] = (sums[to + column] ?? 0) + (values[from + column] ?? 0);
    }
  }
}
