import { claim } from '../../../workers/claim.ts';

/** Claims a folder, tells whether it got it, and stays until its input ends. */
const { kind } = await claim(process.argv[2] ?? '');
console.log(kind);
process.stdin.resume();
