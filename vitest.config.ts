import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real parts on a busy machine: a test that hangs ends, a slow one does not fail.
    testTimeout: 300_000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 2,
    // The same for all who run them: a machine's faster backends have tests of their own.
    env: { WHET_BACKEND: 'wasm' },
  },
});
