import { Command } from 'commander';

/** A command that answers: with `--json`, and a help text that ends in an example. */
export function command(usage: string, description: string, example: string): Command {
  return runningCommand(usage, description, example).option('--json', 'print one JSON document on stdout');
}

/** A command that runs until it is stopped, and has no answer to print. */
export function runningCommand(usage: string, description: string, example: string): Command {
  const [name = '', ...args] = usage.split(' ');
  const made = new Command(name).description(description);
  for (const arg of args) made.argument(arg);
  return made.addHelpText('after', `\nExample:\n  ${example}`);
}

/**
 * A command's action, loaded when it is run: a command's declaration stays light, so that one command does not wait for
 * the modules of all the others (Temporal alone takes a third of a second).
 */
export function whenRun<A extends readonly unknown[]>(
  load: () => Promise<(...given: A) => Promise<void>>,
): (...given: A) => Promise<void> {
  return async (...given) => (await load())(...given);
}

export interface JsonOption {
  readonly json?: boolean;
}
