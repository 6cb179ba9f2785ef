import { resolve } from 'node:path';
import { checkScoreInput } from '../../core/scoreInput.ts';
import type { ScoringSummary } from '../../core/scoring.ts';
import { isAddress } from '../../storage/openStore.ts';
import { withEngine } from '../../workers/engine.ts';
import { scoreNow } from '../../workers/scoreNow.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, report } from '../output.ts';

interface ScoreOptions extends JsonOption {
  readonly version?: string;
  readonly key?: string;
  readonly columns?: string;
  readonly rows?: string;
  readonly refuseAtMost?: string;
}

/** Scores files and shows what came of it. Throws `score.over-budget` where too many rows were refused. */
export async function score(pipeline: string, from: string, to: string, options: ScoreOptions): Promise<void> {
  const { version, key, columns, rows, refuseAtMost, json } = options;
  const input = checkScoreInput({
    ...{ pipeline, in: placeOf(from), out: placeOf(to) },
    ...(version !== undefined && { version: version.replace(/^v(?=\d)/, '') }),
    ...(key !== undefined && { key: key.split(',') }),
    ...(columns !== undefined && { columns: columns.split(',') }),
    ...(rows !== undefined && { rows: Number(rows) }),
    ...(refuseAtMost !== undefined && { refuseAtMost: Number(refuseAtMost) }),
  });
  const engine = { workplace: openWorkplace(), roles: ['pipeline'] as const, port: 0, uiPort: 0 };
  const summary = await withEngine({ ...engine, report, onLine: report }, (client) =>
    scoreNow({ client, input, report }),
  );
  if (json) printJson(summary);
  else print(textOf(summary));
}

/** An engine may have another folder than this command. */
function placeOf(given: string): string {
  return isAddress(given) || given === '' ? given : resolve(given);
}

function textOf({
  version,
  rows,
  partitions,
  reused,
  refused,
  seconds,
  rowsPerSecond,
  output,
}: ScoringSummary): string {
  const speed = rowsPerSecond === 0 ? '' : `, ${Math.round(rowsPerSecond).toLocaleString('en')} rows a second`;
  const bad = refused === 0 ? '' : `\n${refused} rows refused: see ${output}/_refused`;
  return `version ${version}: ${rows} rows in ${partitions} partitions of ${output}, ${reused} reused; ${seconds.toFixed(1)} s${speed}${bad}`;
}
