import { basename, relative, resolve } from 'node:path';
import { contractSource } from '../../core/contractSource/contractSource.ts';
import { WhetError } from '../../core/errors.ts';
import { inferContract } from '../../core/inferContract.ts';
import { profileColumns } from '../../datasets/infer/profileColumns.ts';
import { withoutCompression } from '../../datasets/sources/compression.ts';
import { kindOfFile } from '../../datasets/sources/kindOfFile.ts';
import { openWorkDatabase } from '../../workers/openPorts.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson } from '../output.ts';
import { writeNew } from '../writeNew.ts';

interface InferOptions extends JsonOption {
  readonly id?: string;
  readonly to?: string;
}

/** Profiles the file and writes the contract's source; nothing else is written. */
export async function contractInfer(file: string, { id, to, json }: InferOptions): Promise<void> {
  const workplace = openWorkplace();
  const path = relative(workplace.folder, resolve(file));
  const database = await openWorkDatabase(workplace);
  try {
    const kind = kindOf(file);
    const { profiles, leftOut, nulls } = await profileColumns(database, kind, resolve(file));
    const { plan, notes } = inferContract(id ?? idOf(file), { kind, path, nulls }, profiles);
    const rows = profiles[0]?.rows ?? 0;
    const above = [`Inferred from the ${rows} rows of ${path}. Read it, correct it, make it yours.`];
    for (const name of leftOut) above.push(`Left out: '${name}', whose values no column of a contract can hold.`);
    const source = contractSource(plan, { above, columns: notes });
    if (json) printJson({ contract: plan, profiles, leftOut, source });
    else if (to === undefined) print(source.trimEnd());
    if (to !== undefined) await writeNew(to, source);
  } finally {
    database.close();
  }
}

function kindOf(file: string) {
  const kind = kindOfFile(file);
  if (kind !== undefined) return kind;
  throw new WhetError('input.invalid', {
    expected: 'a file that ends in .csv, .ndjson, .jsonl or .parquet (.gz and .zst of text)',
    came: file,
  });
}

/** An id of small letters, digits and `-`. */
function idOf(file: string): string {
  const name = withoutCompression(basename(file))
    .replace(/\.[^.]*$/, '')
    .toLowerCase();
  const plain = name.replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|-+$/g, '');
  return plain === '' ? 'data' : plain;
}
