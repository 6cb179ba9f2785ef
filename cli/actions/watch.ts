import { setTimeout as pause } from 'node:timers/promises';
import { type WatchStanding, watchedPipelines, watchStanding } from '../../registry/watchStanding.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson } from '../output.ts';
import { watchLines } from '../watchLines.ts';

interface WatchOptions extends JsonOption {
  readonly once?: boolean;
}

const pollMs = 2_000;

/** Shows how a pipeline does, or all of them, by the store alone, until it is stopped. Throws `pipeline.unknown`. */
export async function watch(pipeline: string | undefined, { once, json }: WatchOptions): Promise<void> {
  const { store } = openWorkplace();
  const standings = () => standingsOf(store, pipeline);
  if (json) return printJson(await standings());
  if (once) return show(await standings());
  for (let told = ''; ; await pause(pollMs)) {
    const now = await standings();
    const state = JSON.stringify(now);
    if (process.stdout.isTTY) redraw(now);
    else if (state !== told) show(now);
    told = state;
  }
}

async function standingsOf(store: ObjectStore, pipeline: string | undefined): Promise<WatchStanding[]> {
  const names = pipeline === undefined ? await watchedPipelines(store) : [pipeline];
  return Promise.all(names.map((name) => watchStanding(store, name, Date.now())));
}

function linesOf(standings: readonly WatchStanding[]): string[] {
  const now = Date.now();
  if (standings.length === 0) return ['no pipeline has a version yet'];
  return standings.flatMap((standing, at) => [...(at === 0 ? [] : ['']), ...watchLines(standing, now)]);
}

function show(standings: readonly WatchStanding[]): void {
  print(linesOf(standings).join('\n'));
}

/** Over what was there, line by line, and then nothing below: no screen is ever empty. */
function redraw(standings: readonly WatchStanding[]): void {
  const { rows, columns } = process.stdout;
  const lines = linesOf(standings)
    .slice(0, rows - 1)
    .map((line) => `${line.slice(0, columns)}\x1b[K`);
  process.stdout.write(`\x1b[H${lines.join('\n')}\n\x1b[J`);
}
