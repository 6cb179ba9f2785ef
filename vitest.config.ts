import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What waits for processes begins first: at the end nothing would be at work beside it. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => /\/test\/(?:soak|engine|package)/.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real parts on a busy machine: a test that hangs ends, a slow one does not fail.
    testTimeout: 300_000,
    hookTimeout: 600_000,
    pool: 'forks',
    // One more than the cores that it is made for: some tests wait for processes more than they work.
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
    // The same for all who run them: a machine's faster backends have tests of their own.
    env: { WHET_BACKEND: 'wasm' },
  },
});
