import type { Random } from '../../../core/random.ts';

/** Values that programs trip over. */
const odd: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  -0,
  0.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  1e308,
  '',
  ' ',
  '-1',
  '9223372036854775808',
  '1e3',
  'NaN',
  '\u0000',
  '\ud800',
  '__proto__',
  'constructor',
  '機場'.repeat(50),
  [],
  [[]],
  {},
  [null],
  { name: 'score' },
  { binary_data_size: 4 },
];

/** Text that stands for no value of JSON, or for too much of one. */
const fragments = [
  'NaN',
  'Infinity',
  '1e999',
  '[[[[[[[[',
  '{"a":',
  '"',
  '\\u',
  '\u0000',
  '-',
  '9'.repeat(400),
  '[0]',
  'null,',
];

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[random.below(from.length)] as T;
}

/** A copy with a few values somewhere in it replaced, left out, doubled or named otherwise. */
export function mutateValue(random: Random, value: unknown): unknown {
  let mutated = value;
  for (let times = 1 + random.below(3); times > 0; times -= 1) mutated = mutateOnce(random, mutated);
  return mutated;
}

function mutateOnce(random: Random, value: unknown): unknown {
  const isLeaf = typeof value !== 'object' || value === null || random.below(8) === 0;
  if (isLeaf) return pick(random, odd);
  const entries: [string, unknown][] = Object.entries(value);
  const at = random.below(entries.length + 1);
  const [name, inner] = entries[at] ?? [String(pick(random, odd)), pick(random, odd)];
  const changed = changedEntries(random, entries, at, name, inner);
  return Array.isArray(value) ? changed.map(([, each]) => each) : Object.fromEntries(changed);
}

function changedEntries(
  random: Random,
  entries: readonly [string, unknown][],
  at: number,
  name: string,
  inner: unknown,
): [string, unknown][] {
  const rest = entries.filter((_, index) => index !== at);
  const how = random.below(10);
  if (how === 0) return rest;
  if (how === 1) return [...entries, [name, inner]];
  if (how === 2) return [...rest, [`${name}s`, inner]];
  return entries.map(([key, each], index) => [key, index === at ? mutateOnce(random, each) : each]);
}

/** A copy with bytes flipped, cut, doubled, inserted or left out. */
export function mutateBytes(random: Random, bytes: Buffer): Buffer {
  let mutated = Buffer.from(bytes);
  for (let times = 1 + random.below(4); times > 0; times -= 1) mutated = mutateBytesOnce(random, mutated);
  return mutated;
}

function mutateBytesOnce(random: Random, bytes: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
  const at = random.below(bytes.length + 1);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  const how = random.below(6);
  if (how === 0) return before;
  if (how === 1) return Buffer.concat([before, after.subarray(1 + random.below(16))]);
  if (how === 2) return Buffer.concat([before, randomBytes(random, random.below(16)), after]);
  if (how === 3) return Buffer.concat([before, Buffer.from(pick(random, fragments)), after]);
  if (how === 4) return Buffer.concat([bytes, after]);
  if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  return bytes;
}

export function randomBytes(random: Random, length: number): Buffer<ArrayBuffer> {
  return Buffer.from(Uint8Array.from({ length }, () => random.below(256)));
}
