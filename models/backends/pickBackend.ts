import { backendKind, needsGpu } from '../../core/backendName.ts';
import { type ErrorFacts, WhetError } from '../../core/errors.ts';
import { installationFolder, isInstallable, readInstallation } from './installation.ts';
import { backendNames } from './openBackend.ts';
import { tryBackend, tryBackendHere } from './tryBackend.ts';

/**
 * The full name of the fastest backend that this machine runs, or of the one that is asked for (WHET_BACKEND when left
 * out; a name with a version is taken as it is, for trainers elsewhere that have it). Picked once per search, which is
 * then pinned to it. Throws `backend.unavailable`.
 */
export async function pickBackend(asked = process.env.WHET_BACKEND): Promise<string> {
  if (asked && asked !== backendKind(asked)) return asked;
  const refusals: ErrorFacts[] = [];
  for (const kind of asked ? [asked] : backendNames) {
    const { name, refusal } = await tried(kind);
    if (name !== undefined) return name;
    if (refusal !== undefined) refusals.push(refusal);
  }
  const [only] = refusals;
  if (asked && only !== undefined) throw new WhetError('backend.unavailable', only);
  const came = refusals.map((refusal) => refusal.came).join('; ');
  throw new WhetError('backend.unavailable', { expected: 'a backend that opens', came });
}

/** The full name of the fastest backend that computes on a GPU; undefined where this machine runs none. */
export async function gpuBackend(): Promise<string | undefined> {
  for (const kind of backendNames.filter(needsGpu)) {
    const { name } = await tried(kind);
    if (name !== undefined) return name;
  }
  return undefined;
}

interface Tried {
  readonly name?: string;
  readonly refusal?: ErrorFacts;
}

/** What an installation turned out to be: trying it takes a second, and the answer stays. */
const installed = new Map<string, Promise<Tried>>();

async function tried(kind: string): Promise<Tried> {
  const at = isInstallable(kind) ? (await readInstallation(installationFolder(kind)))?.at : undefined;
  if (at === undefined) return outcome(tryBackendHere(kind));
  const trial = installed.get(`${kind} ${at}`) ?? outcome(tryBackend(kind));
  installed.set(`${kind} ${at}`, trial);
  return trial;
}

async function outcome(trying: ReturnType<typeof tryBackend>): Promise<Tried> {
  const trial = await trying;
  if (trial.opens) return { name: trial.name };
  if (trial.code === 'backend.unavailable') return { refusal: trial.facts };
  throw new WhetError(trial.code, trial.facts);
}
