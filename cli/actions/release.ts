import { type Approval, missingText } from '../../core/approvals.ts';
import { WhetError } from '../../core/errors.ts';
import { trafficText } from '../../core/ledgerText.ts';
import type { ReleaseState } from '../../core/releaseMessages.ts';
import { type CandidateStanding, type ReleaseStanding, releaseStanding } from '../../registry/releaseStanding.ts';
import { readEngine } from '../../workers/engineFile.ts';
import { openWorkplace, type Workplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson } from '../output.ts';
import { requirePipeline } from '../requirePipeline.ts';

/** Tells where the release of a pipeline stands; what is under way only where an engine runs. Throws `pipeline.unknown`. */
export async function release(pipeline: string, { json }: JsonOption): Promise<void> {
  const workplace = openWorkplace();
  const standing = await releaseStanding(workplace.store, pipeline, Date.now());
  if (standing.last === null) {
    await requirePipeline(workplace, pipeline);
    const todo = `Make a version first: whet retrain ${pipeline}`;
    throw new WhetError('pipeline.unknown', { expected: 'a pipeline with a version', came: `'${pipeline}'`, todo });
  }
  const entity = await asked(workplace, pipeline);
  const { underway = null, ordered = null } = entity ?? {};
  if (json) return printJson({ ...standing, underway, ordered });
  for (const line of linesOf(standing, underway, ordered)) print(line);
}

async function asked({ state }: Workplace, pipeline: string): Promise<ReleaseState | null> {
  const engine = await readEngine(state);
  if (engine === undefined) return null;
  const { connectTemporal } = await import('../../workers/temporal/connectTemporal.ts');
  const { askRelease } = await import('../../workers/sayToRelease.ts');
  const { client, connection } = await connectTemporal(engine.address);
  return askRelease(client, pipeline).finally(() => connection.close());
}

function linesOf(
  { pipeline, routing, paused, candidate, last }: ReleaseStanding,
  underway: ReleaseState['underway'],
  ordered: ReleaseState['ordered'],
): string[] {
  const lines = [
    routing?.version == null ? `no version of ${pipeline} answers yet` : `version ${routing.version} answers`,
  ];
  if (routing?.traffic !== undefined) lines.push(`requests are shared: ${trafficText(routing.traffic)}`);
  if (paused !== null) lines.push(`paused by ${paused.who} since ${paused.at}: ${paused.why}`);
  if (underway !== null)
    lines.push(`version ${underway.version} is being rolled out: ${underway.event} by ${underway.who}`);
  if (ordered !== null)
    lines.push(`version ${ordered.version} is next: ${ordered.event} by ${ordered.who}, ${ordered.why}`);
  if (candidate !== null && candidate.version !== underway?.version) lines.push(...candidateLines(candidate));
  if (last !== null) lines.push(`last entry: ${last.event} at ${last.at} by ${last.who}, ${last.why}`);
  return lines;
}

function candidateLines({ version, asOf, approvals }: CandidateStanding): string[] {
  const missing = missingText(approvals.missing);
  const waits = missing === '' ? 'its turn' : `approvals: ${missing}`;
  return [`version ${version}, as of ${asOf}, waits for ${waits}`, ...approvals.given.map(approvalLine)];
}

function approvalLine({ who, role, at, expires, why, void: reason }: Approval): string {
  const counts = reason === null ? `counts until ${expires}` : `does not count: ${reason}`;
  return `approved as ${role} by ${who} at ${at} (${counts}): ${why}`;
}
