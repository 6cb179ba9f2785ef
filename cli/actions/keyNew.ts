import { hash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type ApiKey, parseApiKeys } from '../../core/apiKeys.ts';
import { WhetError } from '../../core/errors.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, report } from '../output.ts';

interface KeyNewOptions extends JsonOption {
  readonly name: string;
  readonly role: readonly string[];
  readonly keys: string;
}

/** Makes a key. It stands nowhere but in what is printed. Throws `keys.invalid` for a name that is taken. */
export async function keyNew({ name, role, keys: file, json }: KeyNewOptions): Promise<void> {
  const key = `whet_${randomBytes(32).toString('base64url')}`;
  const made = { name, roles: role, sha256: hash('sha256', key, 'hex'), made: new Date().toISOString() };
  const held = keysOf(file);
  if (held.some((one) => one.name === name)) throw taken(name, file);
  const keys = parseApiKeys({ keys: [...held, made] });
  // Renamed into its place, for a server may read it at any moment; nobody but its owner may.
  writeFileSync(`${file}.new`, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  if (json) return printJson({ name, roles: role, key, file });
  report(`key '${name}' for ${role.join(', ')}; only its SHA-256 is in ${file}, so keep it now`);
  print(key);
}

function taken(name: string, file: string): WhetError {
  const todo = 'Take another name; or take its entry out of the file, which withdraws that key.';
  return new WhetError('keys.invalid', { expected: `a name that no key in ${file} has`, came: `'${name}'`, todo });
}

function keysOf(file: string): readonly ApiKey[] {
  if (!existsSync(file)) return [];
  try {
    return parseApiKeys(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof WhetError) throw error;
    throw new WhetError('keys.invalid', { expected: `JSON in ${file}`, came: String(error) }, error);
  }
}
