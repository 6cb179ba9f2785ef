import type { Check } from '../../core/check.ts';
import { checkStore, type Damage, type StoreReport } from '../../upkeep/checkStore.ts';
import { quickChecks } from '../../upkeep/quickChecks.ts';
import { machineChecks } from '../../workers/machineChecks.ts';
import { openWorkDatabase } from '../../workers/openPorts.ts';
import { bareStore, openWorkplace, type Workplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { exitCodeOf } from '../failed.ts';
import { megabytes } from '../megabytes.ts';
import { print, printJson, report } from '../output.ts';

interface Options extends JsonOption {
  readonly deep?: boolean;
}

/** Tells what is well and what is not; ends with the code of `storage.damaged` where something is not. */
export async function doctor({ deep, json }: Options): Promise<void> {
  const workplace = openWorkplace();
  const checks = [...(await machineChecks(workplace)), ...(await quickChecks(bareStore(workplace)))];
  const canRead = checks.every(({ name, ok }) => name !== 'the store' || ok);
  const found = deep && canRead ? await deepCheck(workplace) : undefined;
  const isWell = checks.every(({ ok }) => ok) && (found?.damages.length ?? 0) === 0;
  if (json) printJson({ ok: isWell, checks, ...(found === undefined ? {} : { deep: found }) });
  else show(checks, found);
  if (!isWell) process.exitCode = exitCodeOf('storage.damaged');
}

async function deepCheck(workplace: Workplace): Promise<StoreReport> {
  const database = await openWorkDatabase(workplace);
  let told = performance.now();
  try {
    return await checkStore({ store: bareStore(workplace), database }, (done, total) => {
      if (performance.now() - told < tellEveryMs) return;
      report(`${megabytes(done)} of ${megabytes(total)} read`);
      told = performance.now();
    });
  } finally {
    database.close();
  }
}

const tellEveryMs = 1_000;

function show(checks: readonly Check[], found: StoreReport | undefined): void {
  for (const { name, ok, found: text, todo } of checks) {
    print(`${ok ? 'ok      ' : 'PROBLEM '} ${name}: ${text}`);
    if (todo !== undefined) print(`         ${todo}`);
  }
  if (found === undefined) return;
  const { objects, bytes, damages, unsealed } = found;
  print(
    `${damages.length === 0 ? 'ok      ' : 'PROBLEM '} ${objects} objects, ${megabytes(bytes)}: ${damages.length} damaged`,
  );
  if (unsealed.length > 0)
    print(`         ${unsealed.length} documents have no seal: nothing tells whether they changed`);
  for (const damage of damages) showDamage(damage);
}

function showDamage({ key, kind, problem, touches }: Damage): void {
  print(`\n${key} (${kind})\n  ${problem}`);
  for (const [what, names] of Object.entries(touches) as [string, readonly string[]][])
    if (names.length > 0) print(`  ${what}: ${some(names)}`);
  print(`  ${adviceFor(kind)}`);
}

function some(names: readonly string[]): string {
  const [shown, more] = [names.slice(0, 8), names.length - 8];
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function adviceFor(kind: Damage['kind']): string {
  return madeAgain.has(kind)
    ? 'Remove it, or restore it from a backup: what is missing is computed again.'
    : 'Restore it from a backup, under the same key.';
}

const madeAgain = new Set<Damage['kind']>([
  'sketch',
  'stage',
  'source index',
  'hint',
  'trial',
  'checkpoint',
  'copy of the ledger',
  'lease',
  'upkeep',
]);
