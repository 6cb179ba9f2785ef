import { eventText } from '../../core/ledgerText.ts';
import { digestedLedger } from '../../registry/ledger.ts';
import { everyEntry } from '../../registry/ledgerEntries.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, printTable } from '../output.ts';
import { requirePipeline } from '../requirePipeline.ts';

interface LedgerOptions extends JsonOption {
  readonly verify?: boolean;
}

/** Shows every entry of a pipeline's ledger; with `verify`, only that its chain holds, every entry read. Throws `pipeline.unknown`, and as `readLedger`. */
export async function ledger(pipeline: string, { json, verify }: LedgerOptions): Promise<void> {
  const workplace = openWorkplace();
  const held = await (verify ? everyEntry : digestedLedger)(workplace.store, pipeline);
  if (held.length === 0) await requirePipeline(workplace, pipeline);
  const head = held.at(-1)?.digest ?? null;
  if (verify) {
    if (json) return printJson({ pipeline, entries: held.length, head });
    return print(
      `the chain of ${held.length} entries of ${pipeline} holds; its head has the SHA-256 ${head ?? 'of none'}`,
    );
  }
  if (json) return printJson(held.map(({ entry }) => entry));
  const rows = held.map(({ entry: { n, at, event, routing, who, why } }) => {
    return [`${n}`, at, eventText(event), `epoch ${routing.epoch}`, who, why];
  });
  printTable([['n', 'at', 'event', 'routing', 'who', 'why'], ...rows]);
}
