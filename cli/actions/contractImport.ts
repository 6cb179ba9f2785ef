import { readFile } from 'node:fs/promises';
import { contractSource, referredTo } from '../../core/contractSource/contractSource.ts';
import { WhetError } from '../../core/errors.ts';
import { importOdcs } from '../../core/odcs/importOdcs.ts';
import { checkContract } from '../../words/checkContract.ts';
import { formatPatterns, formatSource } from '../../words/textFormats.ts';
import type { JsonOption } from '../command.ts';
import { readOdcsText } from '../odcsText.ts';
import { print, printJson, report } from '../output.ts';
import { writeNew } from '../writeNew.ts';

interface ImportOptions extends JsonOption {
  readonly schema?: string;
  readonly eventTime?: string;
  readonly to?: string;
}

/** Writes the TypeScript of a document's contract, and tells what of the document is not in it. */
export async function contractImport(file: string, { to, json, ...wishes }: ImportOptions): Promise<void> {
  const { data, where } = readOdcsText(await readText(file));
  const { plan, descriptions, told } = importOdcs(data, wishes, formatPatterns, where);
  checkContract(plan);
  const lines = told.map(({ kind, path, what }) => ({ kind, place: where(path), what }));
  const remarks = lines.map(({ kind, place, what }) => `${kind}: ${place}: ${what}`);
  const files = referredTo(plan).map((id) => `needs ${id}.ts beside it, with contract '${id}'`);
  const above = [`Imported from ${file}. Read it, correct it, make it yours.`, ...remarks, ...files];
  const source = contractSource(plan, { above, columns: descriptions }, formatSource);
  if (json) printJson({ contract: plan, told: lines, source });
  else if (to === undefined) print(source.trimEnd());
  if (to !== undefined) await writeNew(to, source);
  for (const line of [...remarks, ...files]) report(line);
}

/** The text of a document. Throws `input.invalid` where there is no such file. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new WhetError(
      'input.invalid',
      { expected: 'a file that can be read', came: `${file}: ${error.code}` },
      error,
    );
  }
}
