import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { WhetError } from '../../core/errors.ts';
import { scorerModule } from '../../models/scorers/compiled/scorerModule.ts';
import { loadPackage } from '../../models/scorers/loadPackage.ts';
import { findVersion } from '../../registry/versions.ts';
import { getObject } from '../../storage/objects.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson } from '../output.ts';
import { writeNew } from '../writeNew.ts';

interface ExportOptions extends JsonOption {
  readonly to: string;
}

/**
 * Writes a version's scorer as a module, once it has scored the golden rows in a process of its own. Throws
 * `version.unknown`, `scorer.not-compiled`, `package.parity-failed`, and `input.invalid` where the file is there.
 */
export async function exportScorer(
  pipeline: string,
  version: string | undefined,
  { to, json }: ExportOptions,
): Promise<void> {
  const { store } = openWorkplace();
  const record = await findVersion(store, pipeline, version ?? 'champion');
  const { package: held, scorer, notCompiled } = await loadPackage(store, record.package);
  await scorer.release();
  if (notCompiled !== undefined) throw notExported(pipeline, record.version, notCompiled);
  const text = scorerModule(await getObject(store, held.model.digest), held, record.version);
  const tested = await selfTested(text);
  await writeNew(to, text);
  if (json)
    return printJson({ pipeline, version: record.version, digest: record.digest, to, bytes: text.length, tested });
  print(`version ${record.version} of ${pipeline}: ${tested}`);
}

function notExported(pipeline: string, version: number, reason: string): WhetError {
  return new WhetError('scorer.not-compiled', {
    expected: 'a version that can be said in JavaScript',
    came: `version ${version} of '${pipeline}' (${reason})`,
    todo: 'Use the ONNX graph: whet versions names its digest, and objects/ holds it.',
  });
}

/** What the module says of itself, alone in a folder. Throws `package.parity-failed`. */
async function selfTested(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'whet-export-'));
  try {
    const file = join(folder, 'scorer.mjs');
    await writeFile(file, text);
    const { stdout } = await promisify(execFile)(process.execPath, [file, '--test']);
    if (!/^\d+ golden rows/.test(stdout)) throw new Error(`its test told '${stdout}'`);
    return stdout.trim();
  } catch (error) {
    const facts = { expected: 'the golden scores from the exported module', came: String(error) };
    throw new WhetError('package.parity-failed', facts, error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
