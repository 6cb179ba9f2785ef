import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withEngine } from '../../workers/engine.ts';
import { writeEngine } from '../../workers/engineFile.ts';
import { openWorkplace } from '../../workers/workplace.ts';

test('a command does not use an engine that works on another store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'whet-other-store-'));
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const { port } = server.address() as { port: number };
    const store = 's3://bucket/of-the-engine';
    const facts = {
      address: `127.0.0.1:${port}`,
      namespace: 'default',
      uiUrl: null,
      pid: null,
      serving: null,
      store,
      plans: {},
    };
    await writeEngine(folder, facts);
    const workplace = openWorkplace(folder, folder, 's3://bucket/of-the-command');
    const using = withEngine({ workplace, roles: [], port: 0, uiPort: 0, report: () => undefined }, async () => 'used');
    await expect(using).rejects.toMatchObject({
      code: 'engine.already-running',
      facts: { came: expect.stringContaining(store), todo: expect.stringContaining('WHET_STORE') },
    });
  } finally {
    server.close();
    await rm(folder, { recursive: true });
  }
});
