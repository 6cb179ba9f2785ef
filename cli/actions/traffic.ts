import { userInfo } from 'node:os';
import { WhetError } from '../../core/errors.ts';
import { trafficText } from '../../core/ledgerText.ts';
import { liveLeases } from '../../core/rolloutRules.ts';
import type { ServingLease } from '../../core/routing.ts';
import { checkTrafficInput } from '../../core/trafficInput.ts';
import { bothTallies, type VariantTally } from '../../core/variantTally.ts';
import { headOf } from '../../registry/ledger.ts';
import { servingLeases } from '../../registry/servingLeases.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { withEngine } from '../../workers/engine.ts';
import { sayToRelease } from '../../workers/sayToRelease.ts';
import { openWorkplace, type Workplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, printTable, report } from '../output.ts';
import { requirePipeline } from '../requirePipeline.ts';
import { type TrafficOptions, trafficWish } from '../trafficOptions.ts';

interface Options extends TrafficOptions, JsonOption {
  readonly who?: string;
  readonly why?: string;
}

/** Shows how requests are shared, after it was changed if that is asked for. Throws `pipeline.unknown`, `version.unknown` and what the change is refused with. */
export async function traffic(pipeline: string, options: Options): Promise<void> {
  const workplace = openWorkplace();
  if ((await headOf(workplace.store, pipeline)) === undefined) await requirePipeline(workplace, pipeline);
  const wish = await trafficWish(options);
  if (wish !== undefined) await share(workplace, pipeline, wish, options);
  const shown = await standing(workplace.store, pipeline);
  if (options.json) return printJson(shown);
  print(`version ${shown.version} of ${pipeline} is champion (epoch ${shown.epoch}): ${trafficText(shown.traffic)}`);
  if (shown.tallies.length > 0) printTable([heading, ...shown.tallies.map(cells)]);
  for (const [version, reason] of Object.entries(shown.refused)) print(`version ${version} is out: ${reason}`);
}

async function share(
  workplace: Workplace,
  pipeline: string,
  wish: unknown,
  { who = userInfo().username, why = 'no reason given' }: Options,
): Promise<void> {
  const input = checkTrafficInput({ traffic: wish, who, why });
  const engine = { workplace, roles: ['pipeline'] as const, port: 0, uiPort: 0, report, onLine: report };
  await withEngine(engine, (client) => sayToRelease(client, pipeline, 'traffic', input));
}

async function standing(store: ObjectStore, pipeline: string) {
  const { version = null, epoch = 0, traffic = null } = (await headOf(store, pipeline))?.routing ?? {};
  if (version === null) {
    const todo = `See what it waits for with: whet release ${pipeline}`;
    throw new WhetError('version.unknown', { expected: `a champion of '${pipeline}'`, came: 'none', todo });
  }
  const leases = liveLeases(await servingLeases(store, pipeline), Date.now());
  const tallies = talliesOf(leases.filter((lease) => lease.epoch === epoch));
  return {
    pipeline,
    version,
    epoch,
    traffic,
    tallies,
    refused: Object.assign({}, ...leases.map((each) => each.refused)),
  };
}

/** Of all processes, added up by variant. */
function talliesOf(leases: readonly ServingLease[]): VariantTally[] {
  const added = new Map<string, VariantTally>();
  for (const tally of leases.flatMap(({ tallies = [] }) => tallies)) {
    const before = added.get(tally.variant);
    added.set(tally.variant, before === undefined ? tally : bothTallies(before, tally));
  }
  return [...added.values()];
}

const heading = ['variant', 'version', 'requests', 'answered', 'failed', 'late', 'skipped', 'mean difference'];

function cells({ variant, version, requests, answered, failures, late, skipped, paired }: VariantTally): string[] {
  const counts = [version, requests, answered, failures, late, skipped].map(String);
  return [variant, ...counts, paired.rows === 0 ? '' : (paired.sum / paired.rows).toFixed(6)];
}
