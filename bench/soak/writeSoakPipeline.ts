import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Writes a user's `pipelines/` with the soaks' own pipelines in it. */
export async function writeSoakPipeline(folder: string): Promise<void> {
  await mkdir(join(folder, 'pipelines'), { recursive: true });
  const lines = ['soakFlights', 'soakSearch'].map((name) => {
    const from = pathToFileURL(join(import.meta.dirname, `${name}.ts`)).href;
    return `export { ${name} } from '${from}';\n`;
  });
  await writeFile(join(folder, 'pipelines', 'soak.ts'), lines.join(''));
}
