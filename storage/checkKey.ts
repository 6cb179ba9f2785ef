import { WhetError } from '../core/errors.ts';

/**
 * The key itself, if every store can hold it. Its parts are letters, digits, `.`, `_`, `-` and `=`, with one `/` between
 * them and none at the ends. Disks take parts of 255 bytes, from which a swap's lock takes five; S3 takes 1,024 bytes in
 * all, of which the rest is left to a bucket's prefix. Throws `input.invalid`.
 *
 * No key may be another key's folder (`a` and `a/b`): a disk cannot hold both. This function cannot see it; a disk and
 * some S3 servers refuse the second one, AWS takes it.
 */
export function checkKey(key: string): string {
  const parts = key.split('/');
  if (key.length <= longestKey && parts.every(isPart) && !isReserved(parts)) return key;
  throw new WhetError('input.invalid', { expected: "a key such as 'ledger/7.json'", came: `'${key}'` });
}

/** A prefix of keys: empty, or the beginning of one, also in the middle of a part. Throws `input.invalid`. */
export function checkPrefix(prefix: string): string {
  const open = prefix.slice(prefix.lastIndexOf('/') + 1);
  const whole = prefix.slice(0, prefix.length - open.length);
  if (/^[\w.=-]*$/.test(open) && whole.split('/').slice(0, -1).every(isPart)) return prefix;
  throw new WhetError('input.invalid', { expected: "the beginning of a key, such as 'runs/'", came: `'${prefix}'` });
}

const longestKey = 800;
const longestPart = 250;

function isPart(part: string): boolean {
  return part.length <= longestPart && /^[\w.=-]+$/.test(part) && part !== '.' && part !== '..';
}

/** Names that the store on a disk keeps for itself, and what an S3 server on a disk does. */
function isReserved(parts: readonly string[]): boolean {
  return parts[0] === 'tmp' || parts[0] === '.sgwtmp' || parts.some((part) => part.endsWith('.lock'));
}
