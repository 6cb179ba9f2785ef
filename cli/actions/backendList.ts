import { type BackendFacts, listBackends } from '../../models/backends/listBackends.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, printTable } from '../output.ts';

/** Lists the backends: a search takes the first one that is available. */
export async function backendList({ json }: JsonOption): Promise<void> {
  const backends = await listBackends();
  if (json) return printJson(backends);
  printTable([['backend', 'version', 'threads', 'device', 'from'], ...backends.map(cells)]);
  for (const { kind, why } of backends) if (why !== null) print(`\n${kind} is not available: ${why}`);
}

function cells({ kind, name, version, threads, device, from }: BackendFacts): string[] {
  return [name ?? kind, version, threads === null ? '-' : `${threads}`, device ?? '-', from];
}
