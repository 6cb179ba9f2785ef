import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeBlock, root } from './codeBlocks.ts';

export const guideLearner = 'learners/wideAndDeep.ts';

/** Writes the guide's learner into a folder of a project. */
export function writeLearner(folder: string): void {
  mkdirSync(dirname(join(folder, guideLearner)), { recursive: true });
  writeFileSync(join(folder, guideLearner), codeBlock('docs/guide.md', guideLearner));
}

/** A folder with the guide's learner, below the repository, so that `whetstone` is found, where git ignores it. */
export function learnerFolder(): string {
  mkdirSync(join(root, '.whet'), { recursive: true });
  const folder = mkdtempSync(join(root, '.whet', 'learner-'));
  writeLearner(folder);
  return folder;
}
