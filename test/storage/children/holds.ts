import { writeFile } from 'node:fs/promises';
import { temporaryPath } from '../../../storage/temporaryPath.ts';

/** Has temporary files in a folder, says so, and keeps them until it is killed. */
const [folder = '', prefix = ''] = process.argv.slice(2);
for (const suffix of ['', '-a.csv.gz']) await writeFile(await temporaryPath(folder, prefix, suffix), 'half');
process.send?.('ready');
setInterval(() => {}, 1_000);
