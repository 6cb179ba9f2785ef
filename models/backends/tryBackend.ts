import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ErrorCode, type ErrorFacts, WhetError } from '../../core/errors.ts';
import { openBackend } from './openBackend.ts';

/** What came of opening a backend. */
export type BackendTrial =
  | { readonly opens: true; readonly name: string; readonly threads: number; readonly device: string }
  | { readonly opens: false; readonly code: ErrorCode; readonly facts: Required<ErrorFacts> };

/**
 * Opens a backend in a process of its own, which then ends: a library that crashes takes nothing with it, and one that
 * works leaves nothing loaded.
 */
export function tryBackend(name: string): Promise<BackendTrial> {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const entry = fileURLToPath(new URL(`backendProcess${extension}`, import.meta.url));
  const child = fork(entry, [name], { execArgv: [], silent: true });
  const answer = Promise.withResolvers<BackendTrial>();
  let said = '';
  child.stderr?.on('data', (piece) => {
    said = `${said}${piece}`.slice(-mostSaid);
  });
  child.once('message', (message) => answer.resolve(message as BackendTrial));
  child.once('error', (error) => answer.resolve(crashed(name, error.message)));
  child.once('close', (code, signal) =>
    answer.resolve(crashed(name, `${signal ?? `exit code ${code}`} ${said}`.trim())),
  );
  return answer.promise;
}

/** Characters of a crashed process's last words. */
const mostSaid = 400;

function crashed(name: string, came: string): BackendTrial {
  const todo = 'Use another backend: this one does not run on this machine.';
  return {
    opens: false,
    code: 'backend.unavailable',
    facts: { expected: `the backend '${name}' to open`, came, todo },
  };
}

/** The same in this process, where it stays open. */
export async function tryBackendHere(name: string): Promise<BackendTrial> {
  try {
    const backend = await openBackend(name);
    return { opens: true, name: backend.name, threads: backend.threads, device: backend.device };
  } catch (error) {
    if (error instanceof WhetError) return { opens: false, code: error.code, facts: error.facts };
    throw error;
  }
}
