import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { leanNodeArgs } from '../../workers/leanNode.ts';

const told = 'process.pid, process.ppid, process.execArgv, process.argv.slice(2), process.env.MALLOC_ARENA_MAX';
const module = fileURLToPath(new URL('../../workers/leanNode.ts', import.meta.url));

test.runIf(process.platform === 'linux').each([
  ['by hand', [], {}, leanNodeArgs, '2'],
  ['by who knows better', ['--max-semi-space-size=32'], {}, ['--max-semi-space-size=32'], null],
  ['with arenas of its own', [], { MALLOC_ARENA_MAX: '1' }, leanNodeArgs, '1'],
])('a process that was started %s', async (_, flags, env, args, arenas) => {
  const folder = await mkdtemp(join(tmpdir(), 'whet-lean-'));
  try {
    const script = join(folder, 'script.mjs');
    await writeFile(
      script,
      `const { becomeLean } = await import(${JSON.stringify(module)}); becomeLean(); console.log(JSON.stringify([${told}]));`,
    );
    const { MALLOC_ARENA_MAX: __, NODE_OPTIONS: ___, ...own } = process.env;
    const running = promisify(execFile)(process.execPath, [...flags, script, 'serve', '--port=1 2'], {
      env: { ...own, ...env },
    });
    const { stdout, stderr } = await running;
    const [pid, parent, ...rest] = JSON.parse(stdout);
    expect([pid, parent]).toEqual([running.child.pid, process.pid]);
    expect(rest).toEqual([args, ['serve', '--port=1 2'], arenas]);
    expect(stderr).toBe('');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
