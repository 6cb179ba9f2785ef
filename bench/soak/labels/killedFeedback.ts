import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { FeedbackLine } from '../../../core/feedback.ts';
import { signalProcess } from '../../../workers/signalProcess.ts';
import { type CommandPlace, whetCommand } from '../../whetCommand.ts';

/** Sends a file of labels, and kills the command as soon as so many files of them are stored: what those hold. */
export async function killedFeedback(
  pipeline: string,
  file: string,
  files: number,
  place: CommandPlace,
): Promise<FeedbackLine[]> {
  const { pid, ended } = whetCommand(['feedback', pipeline, file], place);
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const folder = join(place.state, 'store', 'feedback', pipeline);
  while (!isOver && (await filesIn(folder)).length < files) await pause(2);
  if (!isOver) signalProcess(pid, 'SIGKILL');
  await ended;
  const texts = await Promise.all((await filesIn(folder)).map((path) => readFile(path, 'utf8')));
  return texts.flatMap((text) =>
    text
      .trimEnd()
      .split('\n')
      .map((line): FeedbackLine => JSON.parse(line)),
  );
}

async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
