import { WhetError } from '../../core/errors.ts';
import type { Candidate } from '../../core/trial.ts';
import type { Learner } from './learner.ts';
import { loadLearner, moduleDigest } from './learnerModule.ts';
import { knownLearner } from './learners.ts';

/**
 * The learner of a candidate: the engine's, or the project's own, loaded from its file only if that is the one which the
 * plan pins. `folder` is the project's. Throws `learner.differs`, `learner.invalid`.
 */
export async function openLearner(candidate: Pick<Candidate, 'learner' | 'module'>, folder: string): Promise<Learner> {
  const { module } = candidate;
  if (module === undefined) return knownLearner(candidate);
  const found = await moduleDigest(folder, module.path);
  if (found !== undefined && found === module.digest) return loadLearner(folder, module.path, found);
  throw new WhetError('learner.differs', {
    expected: `${module.path} with the SHA-256 ${module.digest ?? 'of a plan that was loaded from its folder'}`,
    came: found === undefined ? `no such file in ${folder}` : `${found} in ${folder}`,
  });
}
