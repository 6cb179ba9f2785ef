import { fork } from 'node:child_process';
import { exitWithParent } from '../../../workers/exitWithParent.ts';

/** A worker in small: `slow` never stops by itself, `parent` has a child of its own, `broken` cannot start. */
const kind = process.argv[2] ?? 'plain';
if (kind === 'broken') {
  console.error("no module 'x'");
  process.exit(3);
}
exitWithParent(() => (kind === 'slow' ? new Promise(() => {}) : Promise.resolve()));
setInterval(() => {}, 1_000);
const own = kind === 'parent' ? fork(import.meta.filename, ['plain'], { stdio: 'inherit' }) : undefined;
console.log(`${kind} ${process.pid} ${own?.pid ?? ''}`.trim());
process.send?.({ kind: 'ready', pid: process.pid, child: own?.pid, mode: process.env.MODE });
