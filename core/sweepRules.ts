/**
 * What stands between something that nothing needs and its end, at `upkeep/sweep.json`. It is only ever swapped, so that
 * of a sweep that condemns a key and a worker that uses it one comes first, and the other sees it.
 */
export interface SweepState {
  /** Keys that nothing needs, and since when that was seen; milliseconds UTC. */
  readonly candidates: Readonly<Record<string, number>>;
  /** Keys that somebody used while they were candidates, and when: kept as if they were needed, with all they need. */
  readonly spared: Readonly<Record<string, number>>;
  /** Keys that are being deleted in this moment, with what `candidates` said of them. Nobody uses them meanwhile. */
  readonly doomed: { readonly by: string; readonly keys: Readonly<Record<string, number>> } | null;
  /** The sweep under way, and since when. */
  readonly holder: { readonly by: string; readonly at: number } | null;
  /** When the last sweep ended. */
  readonly sweptAt: number | null;
}

export const noSweep: SweepState = { candidates: {}, spared: {}, doomed: null, holder: null, sweptAt: null };

/** Until a worker hears of new candidates, in milliseconds: what it uses until then is safe for the grace less this. */
export const newsMs = 10 * 60_000;

/** A sweep that holds on for longer was killed. */
export const holderMs = 30 * 60_000;

/** Keys that are used: no candidates any more. */
export function sparing(state: SweepState, keys: readonly string[], nowMs: number): SweepState {
  const used = keys.filter((key) => key in state.candidates);
  if (used.length === 0) return state;
  const spared = { ...state.spared, ...Object.fromEntries(used.map((key) => [key, nowMs])) };
  return { ...state, candidates: without(state.candidates, used), spared };
}

/** Takes back what a sweep that died was about to delete. */
export function takingBack(state: SweepState): SweepState {
  return endingDoom(state, Object.keys(state.doomed?.keys ?? {}));
}

/** The end of a deletion: what is left is a candidate again, as long as before. */
export function endingDoom(state: SweepState, left: readonly string[]): SweepState {
  if (state.doomed === null) return state;
  const { keys } = state.doomed;
  const back = Object.fromEntries(left.map((key) => [key, keys[key] ?? 0]));
  return { ...state, candidates: { ...state.candidates, ...back }, doomed: null };
}

/**
 * After a look at the whole store: what is needed again is none, what nothing needs is one from now on. Spared ones are
 * forgotten after the grace: until then what they need is kept.
 */
export function afterLook(
  state: SweepState,
  unneeded: ReadonlySet<string>,
  { nowMs, graceMs }: { readonly nowMs: number; readonly graceMs: number },
): SweepState {
  const candidates = Object.fromEntries([...unneeded].sort().map((key) => [key, state.candidates[key] ?? nowMs]));
  return { ...state, candidates, spared: stillSpared(state, { nowMs, graceMs }) };
}

/** What was spared within the grace. */
export function stillSpared(
  state: SweepState,
  { nowMs, graceMs }: { readonly nowMs: number; readonly graceMs: number },
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(state.spared).filter(([, at]) => nowMs - at < graceMs));
}

export interface DueOptions {
  readonly nowMs: number;
  readonly graceMs: number;
  /** When the oldest run under way began; undefined where there is none. */
  readonly oldestRunMs: number | undefined;
  readonly modifiedMs: (key: string) => number;
}

/**
 * The candidates whose time has come: unneeded for the whole grace and not written since, and known to be so before any
 * run that is under way began. Such a run would have spared what it used.
 */
export function dueKeys(state: SweepState, options: DueOptions): string[] {
  const { nowMs, graceMs, oldestRunMs = Number.POSITIVE_INFINITY, modifiedMs } = options;
  return Object.entries(state.candidates)
    .filter(([key, since]) => {
      const isOld = nowMs - since >= graceMs && nowMs - modifiedMs(key) >= graceMs;
      // Twice, as the clocks of two machines may differ.
      return isOld && since + 2 * newsMs <= oldestRunMs;
    })
    .map(([key]) => key);
}

/** From now on nobody uses these. */
export function dooming(state: SweepState, by: string, keys: readonly string[]): SweepState {
  const doomed = Object.fromEntries(keys.map((key) => [key, state.candidates[key] ?? 0]));
  return { ...state, candidates: without(state.candidates, keys), doomed: { by, keys: doomed } };
}

function without(held: Readonly<Record<string, number>>, keys: readonly string[]): Record<string, number> {
  const gone = new Set(keys);
  return Object.fromEntries(Object.entries(held).filter(([key]) => !gone.has(key)));
}
