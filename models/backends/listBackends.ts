import packageJson from '../../package.json' with { type: 'json' };
import {
  type InstallableBackend,
  installableBackends,
  installationFolder,
  isInstallable,
  readInstallation,
} from './installation.ts';
import { backendNames } from './openBackend.ts';
import { type BackendTrial, tryBackend } from './tryBackend.ts';

/** A backend and what this machine makes of it. */
export interface BackendFacts {
  readonly kind: string;
  readonly available: boolean;
  /** As a trial's record names it; null where it does not open. */
  readonly name: string | null;
  /** Of the package of TensorFlow.js that it is. */
  readonly version: string;
  readonly from: string;
  readonly threads: number | null;
  readonly device: string | null;
  /** Why it does not open, and what to do. */
  readonly why: string | null;
}

/** All backends, the fastest first, each opened in a process of its own. */
export function listBackends(): Promise<BackendFacts[]> {
  return Promise.all(backendNames.map(async (kind) => factsOf(kind, await tryBackend(kind))));
}

async function factsOf(kind: string, trial: BackendTrial): Promise<BackendFacts> {
  const place = isInstallable(kind) ? await installedPlace(kind) : dependency(kind);
  if (trial.opens) {
    const { name, threads, device } = trial;
    return { kind, available: true, name, ...place, threads, device, why: null };
  }
  const why = `${trial.facts.came}. ${trial.facts.todo}`;
  return { kind, available: false, name: null, ...place, threads: null, device: null, why };
}

async function installedPlace(kind: InstallableBackend): Promise<Pick<BackendFacts, 'version' | 'from'>> {
  const folder = installationFolder(kind);
  const installation = await readInstallation(folder);
  const from = installation === undefined ? 'not installed' : `${installation.from}, in ${folder}`;
  return { version: installableBackends[kind], from };
}

function dependency(kind: string): Pick<BackendFacts, 'version' | 'from'> {
  const name = `@tensorflow/tfjs-backend-${kind}`;
  const { dependencies }: { dependencies: Readonly<Record<string, string>> } = packageJson;
  return { version: dependencies[name] ?? '', from: `the package ${name}, a dependency` };
}
