import { setTimeout as pause } from 'node:timers/promises';
import { peakMb } from '../../peakMb.ts';
import { type CommandPlace, whetCommand } from '../../whetCommand.ts';

export interface MeasuredCommand<T> {
  /** Its JSON. */
  readonly told: T;
  readonly seconds: number;
  readonly peakMb: number;
}

/** Runs a command with `--json` to its end, and tells what that took. Throws where it ends badly. */
export async function measuredCommand<T>(args: readonly string[], place: CommandPlace): Promise<MeasuredCommand<T>> {
  const started = performance.now();
  const { pid, ended } = whetCommand([...args, '--json'], place);
  const over = new AbortController();
  const peak = peakUntil(pid, over.signal);
  const { code, stdout, stderr } = await ended;
  const seconds = (performance.now() - started) / 1_000;
  over.abort();
  if (code !== 0) throw new Error(`whet ${args[0]} ended with ${code}: ${stderr}`);
  return { told: JSON.parse(stdout), seconds, peakMb: await peak };
}

async function peakUntil(pid: number, over: AbortSignal): Promise<number> {
  let peak = Number.NaN;
  while (!over.aborted) {
    peak = (await peakMb(pid)) ?? peak;
    await pause(20);
  }
  return peak;
}
