import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What rounds must have in common to belong to one soak: a seed, and how much is broken. */
export type SoakTerms = Readonly<Record<string, number | string>>;

/**
 * Does rounds until there are enough, each kept in `soak.json` of the folder once it is done: those that are there are
 * not done again. Throws if the folder's were done under other terms.
 */
export async function keptRounds<Round>(
  folder: string,
  terms: SoakTerms,
  isEnough: (rounds: readonly Round[]) => boolean,
  next: (round: number) => Promise<Round>,
): Promise<Round[]> {
  const rounds = await roundsOf<Round>(folder, terms);
  while (!isEnough(rounds)) {
    rounds.push(await next(rounds.length));
    await writeFile(`${fileOf(folder)}.new`, JSON.stringify({ ...terms, rounds }, null, 2));
    await rename(`${fileOf(folder)}.new`, fileOf(folder));
  }
  return rounds;
}

async function roundsOf<Round>(folder: string, terms: SoakTerms): Promise<Round[]> {
  await mkdir(folder, { recursive: true });
  const text = await readFile(fileOf(folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return [];
  const { rounds, ...kept }: SoakTerms & { rounds: Round[] } = JSON.parse(text);
  for (const [term, value] of Object.entries(terms)) {
    if (kept[term] === value) continue;
    throw new Error(`expected ${term} ${kept[term]}, as in ${fileOf(folder)}, but came ${value}`);
  }
  return rounds;
}

function fileOf(folder: string): string {
  return join(folder, 'soak.json');
}
