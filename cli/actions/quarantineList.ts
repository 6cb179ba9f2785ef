import { WhetError } from '../../core/errors.ts';
import { reasonsOf } from '../../core/snapshotDiff.ts';
import { type QuarantineScope, quarantineOf } from '../../datasets/quarantine/quarantineOf.ts';
import { type ReadmissionState, readmissionStates } from '../../datasets/readmission/readmissionStates.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { loadContracts } from '../../workers/catalogue.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, printTable } from '../output.ts';

interface ListOptions extends JsonOption {
  readonly snapshot?: string;
}

/** Counts rows in quarantine. Throws `contract.unknown`, `snapshot.unknown`. */
export async function quarantineList(contract: string | undefined, { snapshot, json }: ListOptions): Promise<void> {
  const { store, folder } = openWorkplace();
  const scopes =
    contract === undefined ? await ofAll(store, folder, snapshot) : [await quarantineOf(store, contract, snapshot)];
  const told = await Promise.all(
    scopes.map(async (scope) => ({ scope, readmissions: await readmissionStates(store, scope) })),
  );
  if (json) return printJson(told.map(({ scope, readmissions }) => ({ ...counted(scope), readmissions })));
  for (const { scope, readmissions } of told) show(scope, readmissions);
}

/** Those contracts of `pipelines/` that a run has judged. */
async function ofAll(store: ObjectStore, folder: string, snapshot: string | undefined): Promise<QuarantineScope[]> {
  if (snapshot !== undefined) {
    throw new WhetError('input.invalid', { expected: 'a contract beside --snapshot', came: 'none' });
  }
  const contracts = [...(await loadContracts(folder)).keys()];
  const found = await Promise.allSettled(contracts.map((one) => quarantineOf(store, one)));
  const failed = found.find((one) => one.status === 'rejected' && !isNotJudged(one.reason));
  if (failed?.status === 'rejected') throw failed.reason;
  return found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

function isNotJudged(error: unknown): boolean {
  return error instanceof WhetError && error.code === 'contract.unknown';
}

function counted({ contract, of, parts }: QuarantineScope) {
  const held = parts.filter(({ quarantined }) => quarantined > 0);
  return {
    contract,
    of,
    read: sum(parts.map(({ read }) => read)),
    quarantined: sum(parts.map(({ quarantined }) => quarantined)),
    reasons: reasonsOf(parts),
    hours: held.map(({ hour, key, read, quarantined, reasons }) => ({ hour, key, read, quarantined, reasons })),
  };
}

const hoursShown = 24;

function show(scope: QuarantineScope, readmissions: readonly ReadmissionState[]): void {
  const { contract, of, read, quarantined, reasons, hours } = counted(scope);
  const share = read === 0 ? '0' : ((100 * quarantined) / read).toFixed(3);
  print(`${contract}, ${of}: ${quarantined} of ${read} rows in quarantine (${share} %)`);
  for (const { n, by, why, rows, states } of readmissions)
    print(`  readmission ${n}: ${rows} rows mended by ${by} (${why}): ${states.join('; ')}`);
  if (quarantined === 0) return;
  const rules = Object.entries(reasons).sort(([, a], [, b]) => b - a);
  printTable([['  rule', 'rows'], ...rules.map(([rule, rows]) => [`  ${rule}`, `${rows}`])]);
  const worst = [...hours].sort((a, b) => b.quarantined - a.quarantined).slice(0, hoursShown);
  const told = hours.length > hoursShown ? `the ${hoursShown} worst of ${hours.length} hours` : 'hours';
  print(`${told}:`);
  for (const hour of worst.sort((a, b) => (a.hour < b.hour ? -1 : 1))) {
    const why = Object.entries(hour.reasons).map(([rule, rows]) => `${rule} ${rows}`);
    print(`  ${hour.hour}: ${hour.quarantined} of ${hour.read} (${why.join(', ')})`);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
