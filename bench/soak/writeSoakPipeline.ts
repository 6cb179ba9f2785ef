import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Writes a user's `pipelines/` with the soak's own pipeline in it. */
export async function writeSoakPipeline(folder: string): Promise<void> {
  await mkdir(join(folder, 'pipelines'), { recursive: true });
  const from = pathToFileURL(join(import.meta.dirname, 'soakFlights.ts')).href;
  await writeFile(join(folder, 'pipelines', 'soak.ts'), `export { soakFlights } from '${from}';\n`);
}
