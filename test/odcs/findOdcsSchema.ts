import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { userCache } from '../../storage/userCache.ts';
import { runCommand } from '../../workers/runCommand.ts';

/** The package of PyPI that holds the standard's JSON schema (MIT), and the SHA-256 of its wheel. */
const version = '1.2.8';
const wheelDigest = '43bc341b82a77ae56fcb365e73dc02b901cd6e7afbef63fb5476deb91e383d2a';
const path = 'datacontract/schemas/odcs-3.1.0.schema.json';
const cache = join(userCache('odcs'), version);

/**
 * What a document breaks of the JSON schema of the Open Data Contract Standard v3.1, as sentences. Undefined, with a line
 * on stderr that says why, where the schema cannot be had: tests that need it are skipped then.
 */
export async function findOdcsSchema(): Promise<((document: unknown) => string[]) | undefined> {
  try {
    const schema: object = JSON.parse(await readFile(await schemaFile(), 'utf8'));
    const ajv = new Ajv2019({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const isValid = ajv.compile(schema);
    return (document) => {
      isValid(document);
      return (isValid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    };
  } catch (error) {
    const todo = 'Install python3 with pip, or put the unpacked wheel there';
    process.stderr.write(`TESTS OF THE ODCS SCHEMA ARE SKIPPED: ${String(error)}. ${todo}: ${cache}\n`);
    return undefined;
  }
}

/** Unpacked beside its place and renamed, so that two at once do not read what is half there. */
async function schemaFile(): Promise<string> {
  const file = join(cache, path);
  if (await readFile(file).catch(() => undefined)) return file;
  await mkdir(userCache('odcs'), { recursive: true });
  const folder = await mkdtemp(join(userCache('odcs'), 'new-'));
  try {
    await run(folder, ['-m', 'pip', 'download', '-q', '--no-deps', `datacontract-cli==${version}`]);
    const [wheel = ''] = (await readdir(folder)).filter((name) => name.endsWith('.whl'));
    const digest = createHash('sha256')
      .update(await readFile(join(folder, wheel)))
      .digest('hex');
    if (digest !== wheelDigest) throw new Error(`${wheel} has the SHA-256 ${digest}`);
    await run(folder, ['-m', 'zipfile', '-e', wheel, 'wheel']);
    // Another process may have been faster: its folder is as good.
    await rename(join(folder, 'wheel'), cache).catch(() => readFile(file));
    return file;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(cwd: string, args: readonly string[]): Promise<void> {
  const { code, tail } = await runCommand('python3', args, { cwd });
  if (code !== 0) throw new Error(`python3 ${args.join(' ')} ended with ${code}: ${tail}`);
}
