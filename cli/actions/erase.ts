import { userInfo } from 'node:os';
import { WhetError } from '../../core/errors.ts';
import { type ErasedPerson, eraseRows } from '../../upkeep/erase/eraseRows.ts';
import { loadCatalogue } from '../../workers/catalogue.ts';
import { contractOf } from '../../workers/contractOf.ts';
import { openWorkDatabase } from '../../workers/openPorts.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, report } from '../output.ts';

interface EraseOptions extends JsonOption {
  readonly where: string;
  readonly why: string;
  readonly by?: string;
  readonly dryRun?: boolean;
}

/** Erases, or only looks, and tells what was found where and what is left to a person to do. */
export async function erase(id: string, { where, why, by, dryRun, json }: EraseOptions): Promise<void> {
  const workplace = openWorkplace();
  const contract = await contractOf(workplace.folder, id);
  const plans = [...(await loadCatalogue(workplace.folder)).values()].filter((plan) => plan.contract.id === id);
  const database = await openWorkDatabase(workplace);
  try {
    const ports = { store: workplace.store, database, folder: workplace.folder };
    const person = { ...personOf(where), by: by ?? userInfo().username, why };
    const request = { contract, plans, ...person, nowMs: Date.now(), isTrial: dryRun === true };
    const erased = await eraseRows(ports, request, (done, total) => {
      if (done % tellEvery === 0) report(`${done} of ${total} files read`);
    });
    if (json) printJson(erased);
    else show(erased, dryRun === true);
  } finally {
    database.close();
  }
}

/** Files between two lines of progress. */
const tellEvery = 500;

function personOf(where: string): { readonly column: string; readonly value: string } {
  const equals = where.indexOf('=');
  if (equals > 0 && equals < where.length - 1)
    return { column: where.slice(0, equals), value: where.slice(equals + 1) };
  throw new WhetError('input.invalid', { expected: '--where column=value', came: `'${where}'` });
}

function show({ erasure, rows, snapshots, pipelinesThatRead }: ErasedPerson, isTrial: boolean): void {
  const { clean, quarantined, staged, predicted, labels = 0 } = rows;
  const found = `${clean} clean rows, ${quarantined} in quarantine, ${staged} in staged files, ${predicted} predictions, ${labels} labels`;
  if (erasure === null) print(isTrial ? `would erase: ${found}` : `nothing to erase: ${found}`);
  else print(`erased: ${found}; ${erasure.keys.length} keys removed (erasure ${erasure.n})`);
  if (snapshots.length > 0) print(`no longer whole: ${snapshots.join(', ')}`);
  if (pipelinesThatRead.length > 0)
    print(`models of ${pipelinesThatRead.join(', ')} read this column and may name the value: retrain and promote`);
}
