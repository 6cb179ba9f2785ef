import type { StageRecord } from '../core/run.ts';
import type { SearchOutcome } from '../core/search.ts';
import type { SearchPlan } from '../core/searchPlan.ts';
import { pickBackend } from '../models/backends/pickBackend.ts';
import { learners } from '../models/learners/learners.ts';
import { createJson, putObjectJson, readJson } from '../storage/objects.ts';
import type { Ports } from './ports.ts';
import { type StageIdentity, stageKey } from './stage.ts';

export interface SearchOpening {
  readonly identity: StageIdentity;
  readonly backend: string;
  /** The outcome of the same search, if it was done before. */
  readonly held: SearchOutcome | null;
}

const searchVersion = 1;

/** Stage 4, at its ends: the backend is chosen once per search, and a search that was done is not done again. */
export function createSearchActivities(ports: Ports) {
  return {
    async openSearch({ search, matrix }: { search: SearchPlan; matrix: string }): Promise<SearchOpening> {
      const backend = await pickBackend();
      const learnerVersions = search.learners.map(({ kind }) => `${kind} ${learners[kind].version}`).join(', ');
      const inputs = { matrix, backend, learners: learnerVersions };
      const identity = { name: 'search', version: searchVersion, section: search, inputs } as const;
      const held = await readJson<{ output: SearchOutcome }>(ports.store, `stages/${stageKey(identity)}.json`);
      return { identity, backend, held: held?.output ?? null };
    },
    async closeSearch({ opening, outcome, seconds }: SearchClosing): Promise<StageRecord> {
      const { identity, held } = opening;
      const key = stageKey(identity);
      if (held === null) await createJson(ports.store, `stages/${key}.json`, { output: outcome });
      return { name: identity.name, key, seconds, reused: held !== null, inputs: identity.inputs };
    },
    keepTrials: ({ rows }: { rows: readonly unknown[] }): Promise<string> => putObjectJson(ports.store, rows),
  };
}

export interface SearchClosing {
  readonly opening: SearchOpening;
  readonly outcome: SearchOutcome;
  readonly seconds: number;
}
