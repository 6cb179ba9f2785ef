/**
 * A hash of text that is the same in every process and on every machine: 32 bits of MurmurHash3's mixing (Appleby 2011)
 * over UTF-16 code units. For spreading keys alone: whoever may choose a key can choose its hash.
 */
export function keyHash(text: string, seed = 0): number {
  let hash = seed ^ text.length;
  for (let at = 0; at < text.length; at += 1) {
    let unit = Math.imul(text.charCodeAt(at), 0xcc9e2d51);
    unit = (unit << 15) | (unit >>> 17);
    hash ^= Math.imul(unit, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  return mixed(hash);
}

/** A number between 0 and 1, both excluded, for a key and what it is drawn for (both hashes): 32 bits. */
export function uniformOf(key: number, salt: number): number {
  return ((mixed(mixed(key ^ salt) + salt) >>> 0) + 0.5) / 4_294_967_296;
}

/** Each bit of the input turns each bit of the output with a probability of a half. */
function mixed(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
