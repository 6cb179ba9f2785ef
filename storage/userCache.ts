import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this user keeps what any project can use again and anyone may delete: `temporal` binaries, `backends`, `compiled` code, bundled `workflows`, `peers`. */
export function userCache(
  what: string,
  environment: NodeJS.ProcessEnv = process.env,
  platform = process.platform,
): string {
  const ofUser = platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
  // The XDG rules say that a relative path is to be ignored.
  const named = environment.XDG_CACHE_HOME;
  return join(named?.startsWith('/') ? named : ofUser, 'whetstone', what);
}
