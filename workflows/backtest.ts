import { continueAsNew, executeChild, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import type { RefittedPlan } from '../activities/backtest.ts';
import { type Backtest, type BacktestTurn, type ReplayedModel, reportKey } from '../core/backtest.ts';
import { isDue } from '../core/backtestCadence.ts';
import { type BacktestInput, checkBacktestInput } from '../core/backtestInput.ts';
import { type BacktestTally, noTurns, tallied, talliesTable } from '../core/backtestTally.ts';
import { type Hour, hourMs, hourOf, hourStart } from '../core/time.ts';
import { brief, long } from './activityOptions.ts';
import { backtestModel } from './backtestModel.ts';
import { checkedInput } from './refuse.ts';
import { openStory, type Story } from './story.ts';

/** What `backtest` takes; a history that goes on where another ended is told from where. */
export interface BacktestGoingOn extends BacktestInput {
  readonly soFar?: BacktestSoFar;
  /** After so many hours it goes on in a new history; when the server suggests it where left out. */
  readonly hoursPerHistory?: number;
}

interface BacktestSoFar {
  /** The place of the next hour, counted from 0. */
  readonly place: number;
  readonly tallies: Tallies;
}

/** By the names of the tracks. */
type Tallies = Readonly<Record<string, BacktestTally>>;

/** Where all that a back-test found is kept. */
export interface BacktestSummary {
  readonly id: string;
  readonly report: string;
}

/** While one hour's model is judged, those of the next turns are made. */
const modelsAhead = 3;

const { refit } = proxyActivities<PipelineActivities>(brief);
const { openBacktest, takeTurn, scoreHour, lookBack, closeBacktest } = proxyActivities<PipelineActivities>(long);

/** Replays a pipeline's past hour by hour: a model is made, judged and promoted, it answers, labels settle, it is watched. */
export async function backtest(given: BacktestGoingOn): Promise<BacktestSummary> {
  const { soFar = { place: 0, tallies: {} }, hoursPerHistory, ...asked } = given;
  const input = checkedInput(() => checkBacktestInput(asked));
  const story = openStory(`${input.hours} hours of ${input.pipeline} from ${input.from}`);
  story.doing('pinning the plan');
  const { backtest: opened, isDone } = await openBacktest({ input });
  const summary = { id: opened.id, report: reportKey(opened.id) };
  if (!isDone) {
    const reached = await replayHours(opened, soFar, hoursPerHistory, story);
    if (reached.place < input.hours) return continueAsNew<typeof backtest>({ ...given, soFar: reached });
    story.doing('comparing the models on the same rows');
    await closeBacktest({ id: opened.id });
  }
  story.end(`done: ${summary.report}`);
  return summary;
}

/** From an hour on, to the last one or as far as a history may go. */
async function replayHours(
  opened: Backtest,
  soFar: BacktestSoFar,
  most = Number.POSITIVE_INFINITY,
  story: Story,
): Promise<BacktestSoFar> {
  const { hours } = opened.input;
  const models = await openModels(opened, story);
  let { place, tallies } = soFar;
  for (let isFull = false; place < hours && !isFull; place += 1) {
    const hour = hourAt(opened.input, place);
    story.doing(`${hour}: hour ${place + 1} of ${hours}`);
    isFull = place + 1 - soFar.place >= most || workflowInfo().continueAsNewSuggested;
    if (!isFull) models.ahead(place);
    const lived = await liveHour(opened, place, models);
    tallies = Object.fromEntries(
      lived.map(({ name, turn, off }) => [name, tallied(tallies[name] ?? noTurns, turn, off)]),
    );
    story.aside(talliesTable(tallies));
  }
  await models.allMade();
  return { place, tallies };
}

interface Models {
  /** Undefined where nobody's turn comes at the hour of that place. */
  at(place: number): Promise<ReplayedModel> | undefined;
  /** Begins those of the next turns. */
  ahead(place: number): void;
  /** Resolves once none is being made any more. */
  allMade(): Promise<void>;
}

/** The first model is made by the plan as it is; later ones with the parameters that it found, unless each is to search. */
async function openModels(opened: Backtest, story: Story): Promise<Models> {
  const { plan, planId, input, tracks } = opened;
  story.doing(`making the model of ${input.from}`);
  const first = await makeModel(opened, 0, { plan, planId });
  const later = input.search === 'every' ? { plan, planId } : await refit({ id: opened.id, first });
  const made = new Map([[0, Promise.resolve(first)]]);
  const isTurn = (place: number): boolean => tracks.some(({ cadence }) => isDue(cadence, place));
  const at = (place: number): Promise<ReplayedModel> | undefined => {
    if (!isTurn(place)) return undefined;
    const model = made.get(place) ?? makeModel(opened, place, later);
    made.set(place, model);
    // What fails is told when its hour comes.
    model.catch(() => undefined);
    return model;
  };
  return {
    at,
    ahead(place) {
      const next = Array.from({ length: input.hours - place - 1 }, (_, after) => place + 1 + after).filter(isTurn);
      for (const turn of next.slice(0, modelsAhead)) void at(turn);
    },
    async allMade() {
      await Promise.allSettled(made.values());
    },
  };
}

/** Where no track retrains, the window is frozen for new tables alone. */
function makeModel({ id, plan, tracks, input }: Backtest, place: number, by: RefittedPlan): Promise<ReplayedModel> {
  const [asOf, scope] = [hourAt(input, place), `backtests/${id}`];
  const retrains = tracks.some(({ cadence }) => isDue(cadence, place) && (cadence.kind === 'retrain' || place === 0));
  return executeChild(backtestModel, {
    workflowId: `${scope}/${asOf}`,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: `${plan.pipeline} as of ${asOf}, replayed`,
    args: [{ id, pipeline: plan.pipeline, asOf, ...by, scope, ...(retrains ? {} : { windowOnly: true }) }],
  });
}

interface LivedHour {
  readonly name: string;
  readonly turn: BacktestTurn | null;
  /** Findings that were off. */
  readonly off: number;
}

/** One hour of every track: the turns that come at it, then its rows, then what the watch makes of them. */
async function liveHour(opened: Backtest, place: number, models: Models): Promise<LivedHour[]> {
  const { id } = opened;
  const hour = hourAt(opened.input, place);
  await models.at(place);
  const turns = await Promise.all(
    opened.tracks.map(async (track) => {
      if (!isDue(track.cadence, place)) return null;
      const summary = `${track.name}: the turn of ${hour}`;
      return takeTurn.executeWithOptions({ summary }, [{ id, track: track.name, hour, isFirst: place === 0 }]);
    }),
  );
  await scoreHour.executeWithOptions({ summary: `the rows of ${hour}` }, [{ id, hour }]);
  return Promise.all(
    opened.tracks.map(async (track, at) => ({
      name: track.name,
      turn: turns[at] ?? null,
      off: opened.plan.watch === undefined ? 0 : await lookBack({ id, track: track.name, hour }),
    })),
  );
}

function hourAt({ from }: BacktestInput, place: number): Hour {
  return hourOf(hourStart(from) + place * hourMs);
}
