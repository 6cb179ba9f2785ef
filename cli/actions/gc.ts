import { WhetError } from '../../core/errors.ts';
import { parseRetention } from '../../core/retention.ts';
import { type Amounts, type SweepReport, sweep } from '../../upkeep/sweep.ts';
import { readRetention } from '../../workers/readRetention.ts';
import { bareStore, openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { megabytes } from '../megabytes.ts';
import { print, printJson, printTable } from '../output.ts';

interface Options extends JsonOption {
  readonly delete?: boolean;
  readonly grace?: string;
}

/** Marks and sweeps once. Throws `input.invalid` where the grace is no duration, `storage.damaged`. */
export async function gc({ delete: removes, grace, json }: Options): Promise<void> {
  const workplace = openWorkplace();
  const own = await readRetention(workplace.folder);
  const retention = grace === undefined ? own : parseRetention({ grace }, own);
  const report = await sweep({ store: bareStore(workplace), retention, clock: Date.now, dry: removes !== true });
  if (json) return printJson(report);
  if (report.outcome === 'busy') throw busy();
  show(report);
}

function busy(): WhetError {
  return new WhetError('engine.already-running', {
    expected: 'no sweep under way',
    came: 'another one',
    todo: 'Wait until it has ended; one that was killed counts no longer after half an hour.',
  });
}

function show({ outcome, kept, gone, waiting, nextMs }: SweepReport): void {
  print(`kept: ${kept.keys} objects, ${megabytes(kept.bytes)}`);
  showAmounts(outcome === 'dry' ? 'would be removed now' : 'removed', gone);
  showAmounts('unneeded, in their grace period', waiting);
  if (outcome === 'dry') print('Nothing was written. Remove with: whet gc --delete');
  else if (nextMs !== null) print(`The first of them may go at ${new Date(nextMs).toISOString()}`);
}

function showAmounts(title: string, amounts: Amounts): void {
  const rows = Object.entries(amounts);
  print(`${title}: ${rows.length === 0 ? 'nothing' : ''}`.trim());
  if (rows.length > 0)
    printTable(rows.map(([prefix, { keys, bytes }]) => [`  ${prefix}/`, `${keys}`, megabytes(bytes)]));
}
