import { candidateOf } from '../core/candidateOf.ts';
import { learnerName } from '../core/learnerName.ts';
import type { LearnerPlan } from '../core/learnerPlan.ts';
import type { StageRecord, TrialRow } from '../core/run.ts';
import type { TrialValue } from '../core/scheduledTrial.ts';
import type { MetricName } from '../core/scorecardPlan.ts';
import type { SearchOutcome } from '../core/search.ts';
import type { SearchPlan } from '../core/searchPlan.ts';
import type { TrialResult, WarmStart } from '../core/trial.ts';
import { ranked, trialValue } from '../core/trialValue.ts';
import { pickBackend } from '../models/backends/pickBackend.ts';
import { requireBothClasses } from '../models/bothClasses.ts';
import { openLearner } from '../models/learners/openLearner.ts';
import { warmStartOf } from '../models/warmStart.ts';
import { headOf } from '../registry/ledger.ts';
import { findVersion } from '../registry/versions.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson, getObjectJson, putObjectJson, readJson, requireJson } from '../storage/objects.ts';
import type { Ports } from './ports.ts';
import { portsIn, type Scoped } from './scopedPorts.ts';
import { type StageIdentity, stageKey } from './stage.ts';
import { whileBeating } from './whileBeating.ts';

export interface SearchOpening {
  readonly identity: StageIdentity;
  readonly backend: string;
  /** The outcome of the same search, if it was done before. */
  readonly held: SearchOutcome | null;
  readonly warmStart?: WarmStart;
}

export interface SearchToOpen extends Scoped {
  readonly pipeline: string;
  readonly search: SearchPlan;
  readonly matrix: string;
}

const searchVersion = 2;

/** Stage 4, at its ends: the backend is chosen once per search, and a search that was done is not done again. */
export function createSearchActivities(ports: Pick<Ports, 'store' | 'folder'>) {
  return {
    async openSearch({ pipeline, search, matrix, ...scoped }: SearchToOpen): Promise<SearchOpening> {
      const backend = await pickBackend();
      const versions = await Promise.all(search.learners.map((learner) => versionOf(learner, ports.folder)));
      const warm = search.warmStart === true ? await fromChampion(portsIn(ports, scoped), pipeline, matrix) : undefined;
      const warmText = warm && { warmStart: 'hindrance' in warm ? `none: ${warm.hindrance}` : warm.package };
      const inputs = { matrix, backend, learners: versions.join(', '), ...warmText };
      const identity = { name: 'search', version: searchVersion, section: search, inputs } as const;
      const held = await readJson<{ output: SearchOutcome }>(ports.store, `stages/${stageKey(identity)}.json`);
      const opening = { identity, backend, held: held?.output ?? null };
      return warm === undefined || 'hindrance' in warm ? opening : { ...opening, warmStart: warm };
    },
    async closeSearch({ opening, outcome, seconds }: SearchClosing): Promise<StageRecord> {
      const { identity, held } = opening;
      const key = stageKey(identity);
      if (held === null) await createJson(ports.store, `stages/${key}.json`, { output: outcome });
      return { name: identity.name, key, seconds, reused: held !== null, inputs: identity.inputs };
    },
    /** Keeps a page of trials, whose number no message could carry. */
    keepTrials: ({ rows }: { rows: readonly TrialRow[] }): Promise<string> => putObjectJson(ports.store, rows),
    /** How the trials of the pages ended, in their order: all that a search must know to go on. */
    async trialValues({ pages, metric }: TrialPages): Promise<TrialValue[]> {
      return (await rowsOf(ports.store, pages)).map((row) => trialValue(row, metric));
    },
    /** Why no trial of a search has a value: throws `search.one-class` where the rows are to blame, and not the training. */
    explainSearch: ({ matrix, metric }: UnsoundSearch): Promise<void> =>
      whileBeating(() => requireBothClasses(ports.store, matrix, metric)),
    /** The outcome of a search, from its pages and the rows after them: its best trial is at a place among all. */
    async gatherTrials({ pages, rows: latest, best, metric }: GatheredTrials): Promise<SearchOutcome> {
      const rows = [...(await rowsOf(ports.store, pages)), ...latest];
      const reused = rows.filter((row) => row.reused).length;
      const table = await putObjectJson(ports.store, ranked(rows, metric));
      const trials = { total: rows.length, run: rows.length - reused, reused, table };
      return { best: await requireJson<TrialResult>(ports.store, `trials/${rows[best]?.key}/result.json`), trials };
    },
  };
}

/** A learner with its version: of a file of the project's only if that is the one which the plan pins. */
async function versionOf(plan: LearnerPlan, folder: string): Promise<string> {
  const candidate = candidateOf(plan, {});
  return `${learnerName(candidate)} ${(await openLearner(candidate, folder)).version}`;
}

async function fromChampion(
  { store, folder }: Pick<Ports, 'store' | 'folder'>,
  pipeline: string,
  matrix: string,
): ReturnType<typeof warmStartOf> {
  const champion = (await headOf(store, pipeline))?.aliases.champion;
  if (champion === undefined) return { hindrance: 'there is no champion yet' };
  const { package: id } = await findVersion(store, pipeline, champion);
  return warmStartOf(store, id, matrix, folder);
}

/** The rows of pages, in their order. */
export async function rowsOf(store: ObjectStore, pages: readonly string[]): Promise<TrialRow[]> {
  return (await Promise.all(pages.map((page) => getObjectJson<TrialRow[]>(store, page)))).flat();
}

export interface GatheredTrials extends TrialPages {
  readonly rows: readonly TrialRow[];
  readonly best: number;
}

export interface UnsoundSearch {
  readonly matrix: string;
  readonly metric: MetricName;
}

export interface TrialPages {
  /** `objects/<sha256>` of `TrialRow`s each. */
  readonly pages: readonly string[];
  /** The metric that the search maximizes. */
  readonly metric: MetricName;
}

export interface SearchClosing {
  readonly opening: SearchOpening;
  readonly outcome: SearchOutcome;
  readonly seconds: number;
}
