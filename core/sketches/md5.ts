/**
 * MD5 of a text's UTF-8 bytes in hexadecimal (RFC 1321), as SQL's `md5`: to draw a sample of values that SQL and the
 * engine agree on, never to protect anything.
 */
export function md5(text: string): string {
  const words = padded(new TextEncoder().encode(text));
  let state: Words = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let block = 0; block < words.length; block += 16) state = mixed(state, words, block);
  return state.map(hexOf).join('');
}

type Words = readonly [number, number, number, number];

/** The bytes as little-endian words, a 1 bit behind them, and their length in bits at the end. */
function padded(bytes: Uint8Array): Uint32Array {
  const view = new DataView(new ArrayBuffer(((bytes.length + 8) >> 6) * 64 + 64));
  new Uint8Array(view.buffer).set(bytes);
  view.setUint8(bytes.length, 0x80);
  view.setUint32(view.byteLength - 8, bytes.length * 8, true);
  view.setUint32(view.byteLength - 4, Math.floor(bytes.length / 2 ** 29), true);
  return Uint32Array.from({ length: view.byteLength / 4 }, (_, at) => view.getUint32(at * 4, true));
}

function mixed([a0, b0, c0, d0]: Words, words: Uint32Array, block: number): Words {
  let [a, b, c, d] = [a0, b0, c0, d0];
  for (let step = 0; step < 64; step += 1) {
    const word = words[block + (places[step] ?? 0)] ?? 0;
    const sum = (a + chosen(step >> 4, b, c, d) + (sines[step] ?? 0) + word) | 0;
    const turn = turns[(step >> 4) * 4 + (step & 3)] ?? 0;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0;
  }
  return [(a0 + a) | 0, (b0 + b) | 0, (c0 + c) | 0, (d0 + d) | 0];
}

function chosen(round: number, b: number, c: number, d: number): number {
  if (round === 0) return (b & c) | (~b & d);
  if (round === 1) return (d & b) | (~d & c);
  return round === 2 ? b ^ c ^ d : c ^ (b | ~d);
}

/** Which word of the block each step takes. */
const places = Uint8Array.from({ length: 64 }, (_, step) => {
  const [times, plus] = [[1, 0] as const, [5, 1] as const, [3, 5] as const, [7, 0] as const][step >> 4] ?? [0, 0];
  return (step * times + plus) % 16;
});
const turns = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const sines = Int32Array.from({ length: 64 }, (_, step) => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32) | 0);

/** Of each step: its round from 0, the word of the block that it takes, by how many bits it turns, and what it adds. */
export const md5Steps = Array.from({ length: 64 }, (_, step) => {
  const turn = turns[(step >> 4) * 4 + (step & 3)] ?? 0;
  return { round: step >> 4, word: places[step] ?? 0, turn, sine: sines[step] ?? 0 };
});

function hexOf(word: number): string {
  return swapped(word).toString(16).padStart(8, '0');
}

function swapped(word: number): number {
  return (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}
