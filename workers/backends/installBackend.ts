import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { WhetError } from '../../core/errors.ts';
import {
  type InstallableBackend,
  type Installation,
  installableBackends,
  installationFolder,
  readInstallation,
} from '../../models/backends/installation.ts';
import { type RunCommand, runCommand } from '../runCommand.ts';
import { whileAlone } from '../whileAlone.ts';
import { buildBinding } from './buildBinding.ts';
import { installPackages } from './installPackages.ts';
import type { InstallStep } from './installStep.ts';
import { ownDownload } from './ownDownload.ts';
import { patchForNode } from './patchForNode.ts';
import { proveByTraining, type TrainingProof } from './proveByTraining.ts';
import { wheelLibraries } from './wheelLibraries.ts';

/** What installing depends on; each has a default that fits this machine. */
export interface InstallInputs {
  readonly cache?: string;
  readonly run?: RunCommand;
  readonly fetch?: typeof fetch;
}

export interface InstallReport extends Installation {
  readonly backend: string;
  /** Of its package of TensorFlow.js. */
  readonly version: string;
  readonly folder: string;
  /** Whether it was here already, and only proved again. */
  readonly wasThere: boolean;
  readonly proof: TrainingProof;
  readonly seconds: number;
}

/**
 * Installs a backend into the user's cache folder, one process at a time: its packages; TensorFlow's library by the
 * package's own download or, where that is out of reach, from a Python wheel (webgpu has its own inside); then a training run that must come to the
 * loss of plain JavaScript. What an interrupted run has finished is not done again. Throws `backend.install-failed`.
 */
export async function installBackend(
  name: InstallableBackend,
  report: (line: string) => void,
  inputs: InstallInputs = {},
): Promise<InstallReport> {
  const started = performance.now();
  const folder = installationFolder(name, inputs.cache);
  const step: InstallStep = { name, folder, run: inputs.run ?? runCommand, fetch: inputs.fetch ?? fetch, report };
  const lock = join(dirname(folder), 'locks', name);
  const done = await whileAlone(lock, `installing ${name}`, report, async () => (await held(step)) ?? installed(step));
  return {
    ...done,
    backend: name,
    version: installableBackends[name],
    folder,
    seconds: (performance.now() - started) / 1_000,
  };
}

type Done = Installation & Pick<InstallReport, 'wasThere' | 'proof'>;

/** What is there and still trains. What no longer does is mended step by step, which takes from it what is whole. */
async function held(step: InstallStep): Promise<Done | undefined> {
  const installation = await readInstallation(step.folder);
  if (installation === undefined) return undefined;
  try {
    const proof = await proveByTraining(step);
    step.report(`${step.name} was installed on ${installation.at} and trains`);
    return { ...installation, wasThere: true, proof };
  } catch (error) {
    if (!(error instanceof WhetError)) throw error;
    step.report(`${step.name} was installed on ${installation.at}, and no longer works: ${error.facts.came}`);
    return undefined;
  }
}

async function installed(step: InstallStep): Promise<Done> {
  await installPackages(step);
  const from = await librariesOf(step);
  const proof = await proveByTraining(step);
  const installation = { name: proof.name, from, at: new Date().toISOString() };
  await writeFile(join(step.folder, 'installed.json'), `${JSON.stringify(installation, null, 2)}\n`);
  return { ...installation, wasThere: false, proof };
}

/** What computes, and where it came from. Dawn is inside its package. */
async function librariesOf(step: InstallStep): Promise<string> {
  if (step.name === 'webgpu') return 'Dawn of the package webgpu';
  const from = (await ownDownload(step)) ?? (await fromWheel(step));
  await patchForNode(step);
  return from;
}

async function fromWheel(step: InstallStep): Promise<string> {
  const from = await wheelLibraries(step);
  await buildBinding(step);
  return from;
}
