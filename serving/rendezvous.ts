import type { Choice } from '../core/chooseVariant.ts';
import type { RequestRows } from './answerRows.ts';
import type { SharedTraffic } from './appliedTraffic.ts';
import { type Asked, ask } from './askVariant.ts';
import type { OtherScores } from './predictionText.ts';
import { requireScores } from './requireScores.ts';
import { openRound, type Round } from './round.ts';
import type { ServedPipeline } from './servedPipeline.ts';
import type { ServingState } from './servingState.ts';
import type { Answering } from './slots.ts';
import type { TallyCounter } from './tallyCounter.ts';
import type { TimeLeft } from './timeLeft.ts';

/** Scores, who gave them and why that one. */
export interface GivenScores {
  readonly answering: Answering;
  readonly scores: Float32Array;
  /** A few words of a bounded set, such as `sticky` or `fallback: challenger was late`. */
  readonly reason: string;
}

/** A request as the traffic of the epoch shares it. */
export interface SharedRequest extends RequestRows {
  readonly traffic: SharedTraffic;
  /** Of the champion in this epoch. */
  readonly tally: TallyCounter;
  readonly choice: Choice;
  readonly time: TimeLeft;
}

/**
 * Every variant that the traffic allows scores the request, the champion too; the chosen one answers if it has scored in
 * time, else the next of the fallback, the champion last. What scores without answering is counted and logged when it
 * comes, never awaited. Throws what the champion's scorer throws, and `model.no-score`, where nobody has an answer.
 */
export async function rendezvous(
  state: ServingState,
  served: ServedPipeline,
  champion: Answering,
  request: SharedRequest,
): Promise<GivenScores> {
  const { choice, time, traffic, requestId, id, producer, rows, numbers } = request;
  const round = openRound(state.deadlines, traffic, rows, time);
  for (const name of choice.shadows) round.shadow(name);
  const first = round.contend(choice.variant);
  const own = askChampion(champion, request);
  round.begin();
  try {
    const by = await giver(first ?? own, own, traffic.traffic.fallback, round.contend);
    if (first?.trouble === 'was late') state.deadlines.overran(overrunOf(time, by, own));
    const given = givenBy(by, champion, reasonOf(choice, first ?? own, by));
    const at = state.clock();
    by.tally.answered();
    state.metrics.predictions(served.pipeline, given.answering.loaded.routed.version, rows.rows, by.ms / 1_000, at);
    const entry = { pipeline: served.pipeline, at, ...given, requestId, id, producer, rows, numbers };
    logWhenScored(served, round, own, (others) => {
      const scored = others.filter((each) => each !== by);
      state.log.append(scored.length === 0 ? entry : { ...entry, others: scored.map(otherScores) });
    });
    return given;
  } catch (error) {
    state.metrics.failure(served.pipeline, champion.loaded.routed.version, own.ms / 1_000);
    throw error;
  }
}

function askChampion({ loaded }: Answering, { tally, rows }: SharedRequest): Asked {
  return ask('champion', loaded, tally, async () =>
    requireScores(await loaded.scorer.score(rows), rows.rows, loaded.routed.version),
  );
}

/** The first that has an answer: the chosen one, then the fallback in its order, then the champion. */
async function giver(
  first: Asked,
  own: Asked,
  fallback: readonly string[],
  contend: (name: string) => Asked | undefined,
): Promise<Asked> {
  if (await gives(first)) return first;
  for (const name of fallback) {
    const next = name === 'champion' ? own : contend(name);
    if (next !== undefined && next !== first && (await gives(next))) return next;
  }
  if (await gives(own)) return own;
  throw own.error;
}

/** Without the scoring of one that was asked only then: how long that takes is known of itself. */
function overrunOf({ waitEndMs }: TimeLeft, by: Asked, own: Asked): number {
  return performance.now() - waitEndMs - (by === own ? 0 : by.ms);
}

async function gives(asked: Asked): Promise<boolean> {
  await asked.done;
  return asked.trouble === undefined;
}

function reasonOf({ variant, reason }: Choice, first: Asked, by: Asked): string {
  if (by === first) return reason;
  return `fallback: ${variant} ${first.trouble}`;
}

function givenBy({ name, loaded, scores }: Asked, champion: Answering, reason: string): GivenScores {
  if (scores === undefined || loaded === undefined) throw new Error(`${name} has no scores.`);
  const answering = loaded === champion.loaded ? champion : { loaded, epoch: champion.epoch, variant: name };
  return { answering, scores, reason };
}

function otherScores({ name, loaded, scores = none }: Asked): OtherScores {
  return { variant: name, version: loaded?.routed.version ?? 0, scores };
}

const none = new Float32Array(0);

/** Once all have scored or their time is over; those that come later are counted, and not in the log. */
function logWhenScored(served: ServedPipeline, round: Round, own: Asked, log: (scored: Asked[]) => void): void {
  if (round.asked.length === 0) {
    log([]);
    return;
  }
  const logged = logRound(round, own, log).finally(() => served.unlogged.delete(logged));
  served.unlogged.add(logged);
}

async function logRound({ asked, over }: Round, own: Asked, log: (scored: Asked[]) => void): Promise<void> {
  for (const one of asked) void pairLater(one, own);
  await over();
  await own.done;
  log([own, ...asked].filter(({ scores }) => scores !== undefined));
}

async function pairLater(one: Asked, own: Asked): Promise<void> {
  await one.ended;
  await own.ended;
  if (one.scores === undefined || own.scores === undefined) return;
  if (one.loaded === undefined || own.loaded === undefined) return;
  one.tally.paired(one.scores, one.loaded.package.threshold, own.scores, own.loaded.package.threshold);
}
