import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ErrorFacts } from '../../core/errors.ts';
import type { InstallStep } from './installStep.ts';
import { installFailed } from './ran.ts';

/** A training run with a backend and the same one in plain JavaScript. */
export interface TrainingProof {
  /** The backend's full name. */
  readonly name: string;
  readonly device: string;
  /** Mean log loss of the last batch. */
  readonly loss: number;
  readonly plainLoss: number;
}

/** What the process that trains answers. */
export type ProofAnswer =
  | { readonly proof: TrainingProof; readonly refusal?: never }
  | { readonly refusal: Required<ErrorFacts>; readonly proof?: never };

/** Trains a small network in a process of its own: whatever is wrong with a native library, this process lives on. */
export async function proveByTraining({ name, folder, report }: InstallStep): Promise<TrainingProof> {
  const proof = await trained(name, folder);
  const difference = Math.abs(proof.loss - proof.plainLoss);
  if (!(difference < tolerance)) {
    throw installFailed(
      `the loss of plain JavaScript, ${proof.plainLoss}`,
      `${proof.loss} from ${name}`,
      advice(folder),
    );
  }
  report(`proof: trained on the ${proof.device} to the loss of plain JavaScript`);
  return proof;
}

/** Sums in float32 come in another order: after ten steps that is far less. */
const tolerance = 1e-3;

function trained(name: string, folder: string): Promise<TrainingProof> {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const entry = fileURLToPath(new URL(`proofProcess${extension}`, import.meta.url));
  const child = fork(entry, [name, folder], { execArgv: [], silent: true });
  const answer = Promise.withResolvers<TrainingProof>();
  let said = '';
  child.stderr?.on('data', (piece) => {
    said = `${said}${piece}`.slice(-mostSaid);
  });
  const failed = (how: string): void => answer.reject(installFailed(`a training run of ${name}`, how, advice(folder)));
  child.once('message', (message) => {
    const { proof, refusal } = message as ProofAnswer;
    if (proof !== undefined) answer.resolve(proof);
    else answer.reject(installFailed(refusal.expected, refusal.came, refusal.todo));
  });
  child.once('error', (error) => failed(error.message));
  child.once('close', (code, signal) => failed(`${signal ?? `exit code ${code}`}: ${said}`));
  return answer.promise;
}

/** Characters of a failed process's last words. */
const mostSaid = 2_000;

function advice(folder: string): string {
  return `Remove ${folder} to begin anew.`;
}
