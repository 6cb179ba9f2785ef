import { access, constants, mkdir } from 'node:fs/promises';
import type { Check } from '../core/check.ts';
import { WhetError } from '../core/errors.ts';
import { checked } from '../upkeep/quickChecks.ts';
import { engineOwner, readEngine } from './engineFile.ts';
import { connectTemporal } from './temporal/connectTemporal.ts';
import { temporalOnMachine } from './temporal/findTemporal.ts';
import { namesTemporal } from './temporal/temporalTarget.ts';
import type { Workplace } from './workplace.ts';

/** What can be said of this machine: its Node, the state folder, Temporal. Nothing is downloaded or started. */
export async function machineChecks(workplace: Workplace): Promise<Check[]> {
  return [
    await checked('Node', nodeVersion),
    await checked('the state folder', () => stateFolder(workplace)),
    await checked('Temporal', () => temporal(workplace)),
  ];
}

const oldestNode = 24;

async function nodeVersion(): Promise<string> {
  if (Number(process.versions.node.split('.')[0]) >= oldestNode) return process.version;
  throw new WhetError('input.invalid', {
    expected: `Node ${oldestNode} or later`,
    came: process.version,
    todo: `Install Node ${oldestNode}, or use the one of this package: npx whet.`,
  });
}

async function stateFolder({ state }: Workplace): Promise<string> {
  try {
    await mkdir(state, { recursive: true });
    await access(state, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const todo = 'Give this user the folder, or set WHET_STATE to another.';
    throw new WhetError('input.invalid', { expected: `a folder to write to, ${state}`, came: String(error), todo });
  }
  return state;
}

async function temporal({ state }: Workplace): Promise<string> {
  if (namesTemporal()) {
    const { address, connection } = await connectTemporal();
    await connection.close();
    return `${address}, which the environment names`;
  }
  const running = await readEngine(state);
  if (running !== undefined) return `runs at ${running.address}, for the engine of process ${running.owner}`;
  const owner = await engineOwner(state);
  if (owner !== undefined) return `process ${owner} is starting or stopping an engine`;
  return (await temporalOnMachine()) ?? 'none on this machine yet: the first start downloads or builds it';
}
