import type { ReleaseCandidate } from '../../core/releaseMessages.ts';

/** What a refresh of a version would hand in. */
export function refreshOfVersion(pipeline: string, of: number, digest: string, asOf: string): ReleaseCandidate {
  return { ...candidateOf(pipeline, digest, asOf), refresh: { of, weights: of } };
}

/** What a run of an hour would hand in, with the gate's verdict. */
export function candidateOf(pipeline: string, digest: string, asOf: string, passed = true): ReleaseCandidate {
  return {
    ...{ package: `objects/${digest}`, digest, asOf, plan: 'plan-1', scorecard: 'objects/scorecard' },
    verdict: { outcome: passed ? 'passed' : 'failed', passed, reasons: [] },
    run: `${pipeline}/${asOf}`,
  };
}
