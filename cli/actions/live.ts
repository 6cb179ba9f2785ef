import { WhetError } from '../../core/errors.ts';
import type { LedgerEntry } from '../../core/ledger.ts';
import { eventText, trafficText } from '../../core/ledgerText.ts';
import { liveLeases } from '../../core/rolloutRules.ts';
import { readLedger } from '../../registry/ledger.ts';
import { servingLeases } from '../../registry/servingLeases.ts';
import { findVersion } from '../../registry/versions.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson } from '../output.ts';
import { requirePipeline } from '../requirePipeline.ts';

interface LiveOptions extends JsonOption {
  readonly at?: string;
}

/** Shows which version answers and how requests are shared, now or at a time. Throws `pipeline.unknown`, `version.unknown`, `input.invalid`. */
export async function live(pipeline: string, { json, at }: LiveOptions): Promise<void> {
  const workplace = openWorkplace();
  const { store } = workplace;
  const timeMs = at === undefined ? Date.now() : checkedTime(at);
  const entries = (await readLedger(store, pipeline)).filter((entry) => Date.parse(entry.at) <= timeMs);
  const last = entries.at(-1);
  if (last === undefined) await requirePipeline(workplace, pipeline);
  const other = entries.findLastIndex(({ routing }) => routing.version !== last?.routing.version);
  const since = entries[other + 1];
  if (last === undefined || since === undefined || last.routing.version === null) {
    throw new WhetError('version.unknown', {
      expected: `a champion of '${pipeline}' at ${new Date(timeMs).toISOString()}`,
      came: 'none',
      todo: `See what it waits for with: whet release ${pipeline}`,
    });
  }
  const record = await findVersion(store, pipeline, last.routing.version);
  const workers = at === undefined ? liveLeases(await servingLeases(store, pipeline), Date.now()) : [];
  const answer = {
    pipeline,
    version: record.version,
    epoch: last.routing.epoch,
    ...(last.routing.traffic === undefined ? {} : { traffic: last.routing.traffic }),
    since: since.at,
    why: whyOf(since),
    digest: record.digest,
    asOf: record.asOf,
    run: record.run,
    workers,
  };
  if (json) return printJson(answer);
  print(
    `version ${answer.version} of ${pipeline} answers since ${answer.since} (epoch ${answer.epoch}): ${answer.why}`,
  );
  if (answer.traffic !== undefined) print(`requests are shared: ${trafficText(answer.traffic)}`);
  print(`model ${answer.digest}, as of ${answer.asOf}, run ${answer.run}`);
  for (const worker of workers) print(`serving process ${worker.id} at ${worker.url}, epoch ${worker.epoch}`);
}

function whyOf({ event, who, why }: LedgerEntry): string {
  return `${eventText(event)} by ${who}, ${why}`;
}

function checkedTime(text: string): number {
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return ms;
  throw new WhetError('input.invalid', {
    expected: 'an ISO time in --at, such as 2026-01-31T09:00:00Z',
    came: `'${text}'`,
  });
}
