import { expect, test } from 'vitest';
import { type ReleaseDefinition, releaseOf, releaseShape } from '../../words/releaseDefinition.ts';
import { requireShape } from '../../words/requireShape.ts';

/** As `definePipeline` reads the section. */
function planned(definition: unknown) {
  requireShape(releaseShape, definition, 'release');
  return releaseOf(definition as ReleaseDefinition, 'release');
}

test('approvals become the roles of the plan, in the order of the file', () => {
  const approvals = { risk: 1, owner: { count: 2, who: ['ana', 'ben', 'eva'] }, duty: { who: ['kim'] } };
  expect(planned({ approvals, expireAfter: '6 hours' })).toEqual({
    approvals: [
      { role: 'risk', count: 1 },
      { role: 'owner', count: 2, who: ['ana', 'ben', 'eva'] },
      { role: 'duty', count: 1, who: ['kim'] },
    ],
    expireAfterMs: 6 * 3_600_000,
  });
});

test('an approval counts for three days unless the file says otherwise', () => {
  expect(planned({ approvals: { risk: 1 } }).expireAfterMs).toBe(3 * 86_400_000);
});

test.each<[unknown, string, string]>([
  [{ approvals: {} }, 'pipeline.invalid', 'a role at least'],
  [{ approvals: { risk: 0 } }, 'pipeline.invalid', 'one person or more'],
  [{ approvals: { risk: 1.5 } }, 'pipeline.invalid', '1.5 in release.approvals.risk'],
  [{ approvals: { risk: 'ana' } }, 'pipeline.invalid', "how many persons, or { count, who }, but came 'ana'"],
  [{ approvals: { 'The Boss': 1 } }, 'pipeline.invalid', "'The Boss'"],
  [{ approvals: { risk: { who: ['ana', 'Ana '] } } }, 'pipeline.invalid', 'each name once'],
  [{ approvals: { risk: { count: 2, who: ['ana'] } } }, 'pipeline.invalid', '2 names or more'],
  [{ approvals: { risk: { people: ['ana'] } } }, 'pipeline.invalid', 'risk'],
  [{ approvals: { risk: 1 }, expireAfter: 'soon' }, 'duration.invalid', "'soon' in release.expireAfter"],
  [{ approvals: { risk: 1 }, expireAfter: '0 days' }, 'pipeline.invalid', 'a time above 0'],
  [{ approvals: { risk: 1 }, expires: '3 days' }, 'pipeline.invalid', "'expires'"],
])('%j is refused', (definition, code, told) => {
  const refused = expect(() => planned(definition));
  refused.toThrow(expect.objectContaining({ code, message: expect.stringContaining(told) }));
});
