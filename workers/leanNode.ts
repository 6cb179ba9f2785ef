/**
 * How Node is started for a process that answers: with a young generation of 4 MB instead of 16, which holds many times what is
 * under way, with two arenas for native memory instead of eight for each core, and with one thread that helps to collect garbage and
 * to compile instead of four. Measured: 10 to 36 MB less resident memory under load, and no more time of the processor; and where
 * cores are few, four helpers at once keep the thread that answers off its core for some 15 ms.
 */
export const leanNodeArgs: readonly string[] = ['--max-semi-space-size=4', '--v8-pool-size=1'];

export const leanEnvironment: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '2' };

/** Starts this process anew in its place, with the same arguments and number, unless another process holds a channel to it. */
export function becomeLean(): void {
  const { execArgv, execPath, argv, env, platform, connected, execve } = process;
  const isSet = [...execArgv, env.NODE_OPTIONS ?? ''].some((each) => each.includes('--max-semi-space-size'));
  if (connected || isSet || platform !== 'linux' || execve === undefined) return;
  execve(execPath, [execPath, ...execArgv, ...leanNodeArgs, ...argv.slice(1)], { ...leanEnvironment, ...env });
}
