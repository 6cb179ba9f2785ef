import type { NewVersion } from '../../registry/versions.ts';

/** A version to register, told apart by its digest. */
export function versionLike(digest: string, changes: Partial<NewVersion> = {}): NewVersion {
  return {
    package: `package-${digest}`,
    digest,
    asOf: '2001-03-15T12',
    plan: 'plan',
    scorecard: 'scorecard',
    verdict: { outcome: 'passed', passed: true, reasons: [] },
    run: 'run',
    ...changes,
  };
}

export const byTest = { who: 'a test', why: 'to see', at: '2001-03-15T12:00:00.000Z' } as const;
