import type { InstallableBackend } from '../../models/backends/installation.ts';
import { installBackend } from '../../workers/backends/installBackend.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, report } from '../output.ts';

/** Installs a backend, or proves one that is there, and says what was done. Throws `backend.install-failed`. */
export async function backendInstall(name: InstallableBackend, { json }: JsonOption): Promise<void> {
  const done = await installBackend(name, report);
  if (json) return printJson(done);
  const { name: full, version, from, folder, wasThere, proof, seconds } = done;
  print(`${full}, ${version} of its package, computing with ${from}`);
  print(`${wasThere ? 'was there already' : 'installed'} in ${folder}, ${seconds.toFixed(1)} s`);
  print(
    `trained on the ${proof.device}: loss ${proof.loss.toFixed(5)}, in plain JavaScript ${proof.plainLoss.toFixed(5)}`,
  );
}
