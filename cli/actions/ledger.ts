import { readLedger } from '../../registry/ledger.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { printJson, printTable } from '../output.ts';

/** Shows every entry of a pipeline's ledger. Throws as `readLedger`. */
export async function ledger(pipeline: string, { json }: JsonOption): Promise<void> {
  const entries = await readLedger(openWorkplace().store, pipeline);
  if (json) return printJson(entries);
  const rows = entries.map(({ n, at, event, routing, who, why }) => {
    const version = event.kind === 'registered' ? event.record.version : event.version;
    return [`${n}`, at, `version ${version} ${event.kind}`, `epoch ${routing.epoch}`, who, why];
  });
  printTable([['n', 'at', 'event', 'routing', 'who', 'why'], ...rows]);
}
