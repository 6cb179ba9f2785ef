/**
 * A seeded generator of 32-bit numbers: sfc32 (Chris Doty-Humphrey, PractRand 0.94), seeded by splitmix32. The same
 * seed gives the same numbers on every machine; nothing in the engine draws from Math.random.
 */
export interface Random {
  /** A float in [0, 1) with 32 bits. */
  next(): number;
  /** A whole number in [0, below). */
  below(limit: number): number;
  /** A draw from the standard normal distribution (Box and Muller 1958). */
  normal(): number;
}

export function seededRandom(seed: number): Random {
  const mix = splitmix32(seed);
  let [a, b, c, counter] = [mix(), mix(), mix(), 1];
  const bits = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 12; warm += 1) bits();
  const next = (): number => bits() / 4_294_967_296;
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** The numbers 0 to count - 1 in an order drawn by `random` (Fisher and Yates). */
export function shuffledIndices(count: number, random: Random): Uint32Array {
  const order = new Uint32Array(count);
  for (let index = 0; index < count; index += 1) order[index] = index;
  for (let last = count - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    const held = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = held;
  }
  return order;
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
}
