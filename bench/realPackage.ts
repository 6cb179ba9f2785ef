import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelPackage } from '../core/modelPackage.ts';
import { findVersion } from '../registry/versions.ts';
import { localDisk } from '../storage/localDisk.ts';
import { getObject, getObjectJson } from '../storage/objects.ts';
import { whetCommand } from './whetCommand.ts';

export const root = join(import.meta.dirname, '..');

export interface RealPackage {
  readonly state: string;
  readonly package: ModelPackage;
  readonly model: Uint8Array;
  close(): Promise<void>;
}

/** The champion that `whet retrain flight-delays` makes, in a state folder of its own. */
export async function realPackage(): Promise<RealPackage> {
  const state = await mkdtemp(join(tmpdir(), 'whet-bench-'));
  const args = ['retrain', 'flight-delays', '--as-of', '2001-03-15T12', '--json'];
  const { code, stderr } = await whetCommand(args, { folder: root, state }).ended;
  if (code !== 0) throw new Error(`whet retrain ended with ${code}: ${stderr}`);
  const store = localDisk(join(state, 'store'));
  const held = await getObjectJson<ModelPackage>(
    store,
    (await findVersion(store, 'flight-delays', 'champion')).package,
  );
  const model = await getObject(store, held.model.digest);
  return { state, package: held, model, close: () => rm(state, { recursive: true, force: true }) };
}
