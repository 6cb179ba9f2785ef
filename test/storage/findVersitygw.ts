import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { userCache } from '../../storage/userCache.ts';
import { claim } from '../../workers/claim.ts';
import { runCommand } from '../../workers/runCommand.ts';

/** Of versitygw, a server that speaks S3 over a folder (Apache-2.0). */
const version = '1.8.0';
const cache = join(userCache('versitygw'), version);
const binary = join(cache, 'versitygw');

/**
 * The S3 server that tests run against: the cached one, or one built with Go, which takes some minutes once. Undefined,
 * with a line on stderr that says why and what to do, where it cannot be had: tests that need it are skipped then.
 */
export async function findVersitygw(): Promise<string | undefined> {
  if (await isThere()) return binary;
  await mkdir(cache, { recursive: true });
  let claimed = await claim(join(cache, 'claims'));
  for (; claimed.kind === 'taken'; claimed = await claim(join(cache, 'claims'))) await pause(500);
  try {
    if (!(await isThere())) await build();
    return binary;
  } catch (error) {
    tell(
      `TESTS ON S3 ARE SKIPPED: ${String(error)}. Install Go 1.26 or later, or put versitygw ${version} at ${binary}`,
    );
    return undefined;
  } finally {
    await claimed.release();
  }
}

function isThere(): Promise<boolean> {
  return access(binary).then(
    () => true,
    () => false,
  );
}

async function build(): Promise<void> {
  const folder = await mkdtemp(join(cache, 'new-'));
  const since = performance.now();
  const told = setInterval(() => tell(`building: ${Math.round((performance.now() - since) / 1000)} s`), 10_000);
  tell('building with Go for the tests on S3: some minutes, once on this machine');
  try {
    const module = `github.com/versity/versitygw/cmd/versitygw@v${version}`;
    const env = { GOFLAGS: '-buildvcs=false', GOWORK: 'off', GOBIN: folder };
    const { code, tail } = await runCommand('go', ['install', '-ldflags=-s -w', module], { cwd: folder, env });
    if (code === 127) throw new Error(`nothing at ${binary}, and no go command on the PATH`);
    if (code !== 0) throw new Error(`go install ended with ${code}: ${tail}`);
    await rename(join(folder, 'versitygw'), binary);
  } finally {
    clearInterval(told);
    await rm(folder, { recursive: true, force: true });
  }
}

function tell(line: string): void {
  process.stderr.write(`versitygw | ${line}\n`);
}
