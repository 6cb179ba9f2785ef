import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { planOf } from '../../activities/planOf.ts';
import { findRun, runRecords } from '../../activities/runRecords.ts';
import { contractChanges, highestLevel, isAtLeast, nextVersion } from '../../core/contractChanges/contractChanges.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import { loadCatalogue } from '../../workers/catalogue.ts';
import { contractOf } from '../../workers/contractOf.ts';
import { openWorkplace, type Workplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, printTable } from '../output.ts';

interface DiffOptions extends JsonOption {
  readonly from?: string;
  readonly check?: boolean;
}

/** Shows what changed and which version that asks for; with `check` it fails where the contract has a lower one. */
export async function contractDiff(id: string, { from, check, json }: DiffOptions): Promise<void> {
  const workplace = openWorkplace();
  const now = await contractOf(workplace.folder, id);
  const before = await contractBefore(workplace, id, from);
  const changes = contractChanges(before.contract, now);
  const asked = nextVersion(before.contract.version, changes);
  const level = highestLevel(changes) ?? 'none';
  const versions = { before: before.contract.version, now: now.version, asked };
  if (json) printJson({ contract: id, from: before.from, level, versions, changes });
  else {
    print(`${id} ${now.version}, compared with ${before.contract.version} of ${before.from}: ${level}`);
    if (changes.length > 0)
      printTable([['level', 'what', 'why'], ...changes.map((one) => [one.level, one.what, one.why])]);
    if (!isAtLeast(now.version, asked)) print(`its version should be ${asked}`);
  }
  if (check === true && !isAtLeast(now.version, asked)) throw tooLow(now, asked, level);
}

interface Before {
  readonly contract: ContractPlan;
  readonly from: string;
}

async function contractBefore(workplace: Workplace, id: string, from: string | undefined): Promise<Before> {
  if (from === undefined) return lastJudged(workplace, id);
  const isFolder = (await stat(from).catch(() => undefined))?.isDirectory() === true;
  if (isFolder) return { contract: await contractOf(resolve(from), id), from };
  const { run, plan } = await findRun(workplace.store, from);
  return { contract: (await planOf(workplace.store, plan)).contract, from: run };
}

/** By the run that ended last, of all pipelines with the contract. */
async function lastJudged({ folder, store }: Workplace, id: string): Promise<Before> {
  const pipelines = [...(await loadCatalogue(folder)).values()].filter(({ contract }) => contract.id === id);
  const records = await Promise.all(pipelines.map(({ pipeline }) => runRecords(store, pipeline)));
  const newestFirst = records.flat().sort((a, b) => b.endedAt.localeCompare(a.endedAt));
  for (const { run, plan } of newestFirst) {
    const { contract } = await planOf(store, plan);
    if (contract.id === id) return { contract, from: run };
  }
  throw new WhetError('run.unknown', {
    expected: `a run that was judged by contract '${id}'`,
    came: 'none yet',
    todo: 'Retrain first, or name a folder with other pipelines: whet contract diff … --from FOLDER',
  });
}

function tooLow(now: ContractPlan, asked: string, level: string): WhetError {
  return new WhetError('contract.version-too-low', {
    expected: `version ${asked} or later of contract '${now.id}', after a ${level} change`,
    came: now.version,
  });
}
