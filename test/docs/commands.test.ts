import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { program } from '../../cli/main.ts';
import { codeBlocks, root } from './codeBlocks.ts';

const documents = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);
const lines = documents.flatMap((document) =>
  commandLines(document).map((commandLine) => ({ document, ...commandLine })),
);

test('the documents show commands', () => {
  expect(lines.length).toBeGreaterThan(20);
});

test.each(lines)('$document: $line', (commandLine) => {
  expect(refusalOf(commandLine)).toBeUndefined();
});

test.each([
  ['whet retrian x', "no command 'retrian'"],
  ['whet retrain', '0 arguments'],
  ['whet runs a b', '2 arguments'],
  ['whet retrain x --as-off y', '--as-off'],
  ['whet worker juggler', 'juggler'],
  ['whet contract dif x', "no command 'dif'"],
  ['whet contract diff', '0 arguments'],
])('a wrong line is seen: %s', (line, why) => {
  expect(refusalOf({ line, isMention: false })).toContain(why);
});

interface CommandLine {
  readonly line: string;
  /** A command named in running text, which need not show its arguments. */
  readonly isMention: boolean;
}

/** Lines that begin with `whet` or `npx whet` in blocks of shell, and code in running text that does. */
function commandLines(document: string): CommandLine[] {
  const text = readFileSync(join(root, document), 'utf8');
  const shell = codeBlocks(document).filter(({ language }) => language === 'sh');
  const shown = shell.flatMap((block) => found(block.text, /^\s*(?:npx )?(whet [^\n#]*)/gm));
  const mentioned = found(text, /`(?:npx )?(whet [a-z][^`\n]*)`/g);
  return [
    ...shown.map((line) => ({ line, isMention: false })),
    ...mentioned.map((line) => ({ line, isMention: true })),
  ];
}

function found(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, line = '']) => line.trim()))];
}

/** The words of a line; one in quotes may hold spaces. */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

/** Why the command line is wrong, without running it. */
function refusalOf({ line, isMention }: CommandLine): string | undefined {
  const [, name = '', ...rest] = words(line);
  if (name === '--help') return undefined;
  return refusalIn(program(), [name, ...rest], isMention);
}

/** Some commands hold others: `whet contract diff`. */
function refusalIn(whet: Command, [name = '', ...rest]: readonly string[], isMention: boolean): string | undefined {
  const command = whet.commands.find((one) => one.name() === name);
  if (command === undefined) return `no command '${name}'`;
  if (rest.length === 0 && isMention) return undefined;
  const isOfOthers = command.registeredArguments.length === 0 || command.commands.some((one) => one.name() === rest[0]);
  if (command.commands.length > 0 && isOfOthers) return refusalIn(command, rest, isMention);
  const { operands, unknown } = command.exitOverride().parseOptions(rest);
  if (unknown.length > 0) return `unknown: ${unknown.join(' ')}`;
  return refusedArguments(command, operands);
}

function refusedArguments(command: Command, operands: readonly string[]): string | undefined {
  const declared = command.registeredArguments;
  const required = declared.filter((argument) => argument.required).length;
  if (operands.length < required || operands.length > declared.length) return `${operands.length} arguments`;
  return operands.find((operand, at) => declared[at]?.argChoices?.includes(operand) === false);
}
