#!/usr/bin/env node
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `whet needs Node 24 or later, but runs on ${process.version}. In this folder \`npm install node@24\` makes npx whet run on it.\n`,
  );
  process.exit(2);
}
// From the second start on, no module is compiled again, here or in a process that this one starts: that is a third of the time
// of a short command, and the 15 MB that Node needs to read TypeScript.
const { enableCompileCache } = await import('node:module');
const { userCache } = await import('../storage/userCache.ts');
process.env.NODE_COMPILE_CACHE ??= userCache('compiled');
if (process.argv[2] === 'serve') {
  const { becomeLean } = await import('../workers/leanNode.ts');
  becomeLean();
}
enableCompileCache();
const { main } = await import('./main.ts');
await main(process.argv);
