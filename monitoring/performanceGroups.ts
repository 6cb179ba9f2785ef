import type { LookContext } from './lookContext.ts';
import type { Scorer } from './performanceRows.ts';

/** Answers that are judged, or told of, together. */
export interface PerformanceGroup {
  readonly variant: string;
  readonly scorers: readonly Scorer[];
  readonly role: 'answers' | 'scores beside' | 'answers no more';
  /** Undefined: all that the variant ever had. */
  readonly version: number | undefined;
}

/** Of one variant: the version that it has now, those that it had before, and all of them where these are several. */
export function performanceGroups(
  context: LookContext,
  variant: string,
  scorers: readonly Scorer[],
): PerformanceGroup[] {
  const seat = seatOf(context, variant);
  const before = scorers.filter(
    (scorer) => scorer.version !== seat?.version && (seat !== undefined || answered(scorer)),
  );
  const over = before.map((scorer): PerformanceGroup => {
    return { variant, scorers: [scorer], role: 'answers no more', version: scorer.version };
  });
  if (seat === undefined) return over;
  const own = scorers.filter(({ version }) => version === seat.version);
  const now: PerformanceGroup = {
    ...{ variant, scorers: own, version: seat.version },
    role: seat.answers ? 'answers' : 'scores beside',
  };
  if (over.length === 0) return [now];
  return [now, ...over, { variant, scorers, role: 'answers no more', version: undefined }];
}

interface Seat {
  readonly version: number;
  readonly answers: boolean;
}

/** The version that a variant has now, and whether it answers requests; undefined where it has no part any more. */
function seatOf({ routing }: LookContext, variant: string): Seat | undefined {
  if (variant === 'champion') {
    const version = routing?.version ?? null;
    return version === null ? undefined : { version, answers: true };
  }
  const seat = routing?.traffic?.variants[variant];
  return seat === undefined ? undefined : { version: seat.version, answers: seat.weight > 0 };
}

function answered({ threshold }: Scorer): boolean {
  return threshold !== null;
}
