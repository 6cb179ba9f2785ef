import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { seededRandom } from '../../../core/random.ts';
import { hourMs, hourStart } from '../../../core/time.ts';

export const firstHour = '2001-03-05T00';
/** Of the first champion: behind it lie the window and what its tables look back on. */
export const firstAsOf = '2001-03-07T18';
const hours = 120 * 24;
const rowsPerHour = 6;

/** A folder as a user has it: four months of arrivals, half of them late where they come from far, and the pipeline. */
export async function writeArrivals(folder: string): Promise<void> {
  const random = seededRandom(11);
  const line = (row: number): string => {
    const at = new Date(hourStart(firstHour) + (row * hourMs) / rowsPerHour).toISOString();
    const distance = 100 + random.below(900);
    const delay = random.next() < distance / 1_000 ? 30 : 0;
    return `${at},${delay},${distance},${'ABC'[random.below(3)]}\n`;
  };
  await mkdir(join(folder, 'pipelines'), { recursive: true });
  const rows = Array.from({ length: hours * rowsPerHour }, (_, row) => line(row));
  await writeFile(join(folder, 'arrivals.csv'), `at,delay,distance,origin\n${rows.join('')}`);
  const from = pathToFileURL(join(import.meta.dirname, 'watchedArrivals.ts')).href;
  await writeFile(join(folder, 'pipelines', 'watched.ts'), `export { watchedArrivals } from '${from}';\n`);
}
