import type { Command } from 'commander';
import { readLedger } from '../../registry/ledger.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import { command, type JsonOption } from '../command.ts';
import { printJson, printTable } from '../output.ts';

export function ledgerCommand(): Command {
  const text = "Shows every decision on a pipeline's versions: what, when, who, why. The chain of hashes is checked.";
  return command('ledger <pipeline>', text, 'whet ledger flight-delays').action(ledger);
}

async function ledger(pipeline: string, { json }: JsonOption): Promise<void> {
  const entries = await readLedger(openWorkplace().store, pipeline);
  if (json) return printJson(entries);
  const rows = entries.map(({ n, at, event, routing, who, why }) => {
    const version = event.kind === 'registered' ? event.record.version : event.version;
    return [`${n}`, at, `version ${version} ${event.kind}`, `epoch ${routing.epoch}`, who, why];
  });
  printTable([['n', 'at', 'event', 'routing', 'who', 'why'], ...rows]);
}
