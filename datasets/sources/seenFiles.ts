import type { ContractPlan } from '../../core/contractPlan.ts';
import type { FileDigest } from '../../core/sourceChanges.ts';
import { digestOfValue } from '../../storage/digest.ts';
import { putJson, readHint } from '../../storage/objects.ts';
import type { DataPorts } from '../dataPorts.ts';
import type { SourceIndex } from './indexSource.ts';
import { sharedPath } from './sharedPath.ts';

/** A source's files, with paths as seen from the engine's folder, so that all machines name them alike. */
export function filesOf(ports: Pick<DataPorts, 'folder'>, index: SourceIndex): FileDigest[] {
  return index.files.map(({ path, digest }) => ({ digest, path: sharedPath(ports, path) }));
}

/** The files that the last contract stage read; undefined before the first. A hint for people, no decision. */
export async function seenFiles(ports: DataPorts, contract: ContractPlan): Promise<readonly FileDigest[] | undefined> {
  return (await readHint<SeenFiles>(ports.store, seenKey(contract)))?.files;
}

export async function rememberFiles(
  ports: DataPorts,
  contract: ContractPlan,
  files: readonly FileDigest[],
): Promise<void> {
  await putJson(ports.store, seenKey(contract), { files } satisfies SeenFiles);
}

interface SeenFiles {
  readonly files: readonly FileDigest[];
}

function seenKey({ id, source }: ContractPlan): string {
  return `datasets/${id}/sources/seen-${digestOfValue(source.at).slice(0, 16)}.json`;
}
