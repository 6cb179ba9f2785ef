import { tryBackendHere } from './tryBackend.ts';

/* The entry of a process that opens one backend, tells what came of it and ends. Argument: the backend's name. */
process.send?.(await tryBackendHere(process.argv[2] ?? ''), () => process.exit(0));
