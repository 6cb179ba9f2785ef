#!/usr/bin/env node
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `whet needs Node 24 or later, but runs on ${process.version}. Try: npx --package node@24 -- node $(which whet)\n`,
  );
  process.exit(2);
}
const { main } = await import('./main.ts');
await main(process.argv);
