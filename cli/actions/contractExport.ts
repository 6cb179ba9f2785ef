import { rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { exportOdcs } from '../../core/odcs/exportOdcs.ts';
import { pathText } from '../../core/odcs/odcsData.ts';
import { formatPatterns } from '../../words/textFormats.ts';
import { contractOf } from '../../workers/contractOf.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { odcsText, readOdcsText } from '../odcsText.ts';
import { print, printJson, report } from '../output.ts';
import { writeNew } from '../writeNew.ts';
import { readText } from './contractImport.ts';

interface ExportOptions extends JsonOption {
  readonly schema?: string;
  readonly onto?: string;
  readonly to?: string;
}

/** Writes a contract as YAML of the Open Data Contract Standard: a new document, or one with what else it says. */
export async function contractExport(id: string, { onto, to, json, ...wishes }: ExportOptions): Promise<void> {
  const plan = await contractOf(openWorkplace().folder, id);
  const before = onto === undefined ? undefined : readOdcsText(await readText(onto));
  const data = exportOdcs(plan, before?.data, wishes, formatPatterns, before?.where ?? pathText);
  const text = before === undefined ? odcsText(data) : before.withData(data);
  if (json) printJson({ document: data, text });
  else if (to === undefined) print(text.trimEnd());
  if (to === undefined) return;
  if (onto !== undefined && resolve(to) === resolve(onto)) await writeOver(to, text);
  else await writeNew(to, text);
}

/** The file is the old one or the new one, whole, whenever it is read. */
async function writeOver(to: string, text: string): Promise<void> {
  const next = `${to}.${process.pid}.tmp`;
  await writeFile(next, text);
  await rename(next, to);
  report(`wrote ${to}`);
}
