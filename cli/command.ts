import { Command } from 'commander';

/** A command with what all commands have: `--json` and a help text that ends in an example. */
export function command(usage: string, description: string, example: string): Command {
  const [name = '', ...args] = usage.split(' ');
  const made = new Command(name).description(description).option('--json', 'print one JSON document on stdout');
  for (const arg of args) made.argument(arg);
  return made.addHelpText('after', `\nExample:\n  ${example}`);
}

export interface JsonOption {
  readonly json?: boolean;
}
