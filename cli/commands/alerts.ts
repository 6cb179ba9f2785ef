import type { Command } from 'commander';
import { command, whenRun } from '../command.ts';

export function alertsCommand(): Command {
  const text = 'Shows what is firing, of a pipeline or of all, and what is silenced.';
  return command('alerts [pipeline]', text, 'whet alerts flight-delays --all')
    .enablePositionalOptions()
    .option('--all', 'the whole log of a pipeline: what happened, when, who, why; its chain of hashes is checked')
    .action(whenRun(async () => (await import('../actions/alerts.ts')).alerts))
    .addCommand(ackCommand())
    .addCommand(resolveCommand())
    .addCommand(silenceCommand())
    .addCommand(unsilenceCommand())
    .addCommand(rulesCommand());
}

function ackCommand(): Command {
  return said(
    'ack <pipeline> <alert>',
    'Says that somebody looks into an alert, named by its number or its rule.',
    'whet alerts ack flight-delays 12 --why "looking into it"',
  ).action(whenRun(async () => (await import('../actions/alertWords.ts')).acknowledge));
}

function resolveCommand(): Command {
  return said(
    'resolve <pipeline> <alert>',
    'Ends an alert by hand. What is still off fires again when it has been off for long enough.',
    'whet alerts resolve flight-delays staleness --why "the source was late"',
  ).action(whenRun(async () => (await import('../actions/alertWords.ts')).resolve));
}

function silenceCommand(): Command {
  return said(
    'silence <pipeline>',
    'Tells no receiver of what fits, for a while; * stands for any text. What fires still stands in the log.',
    'whet alerts silence flight-delays --about "*origin ATL*" --for "2 hours" --why "a storm"',
  )
    .option('--rule <name>', 'alerts of this rule')
    .option('--severity <severity>', 'page, ticket or note')
    .option('--monitor <id>', 'what this monitor finds')
    .option('--about <text>', 'what it finds of this')
    .option('--for <duration>', "how long, such as '2 hours'")
    .option('--until <time>', 'or until when, UTC, such as 2001-03-16T12:00:00Z')
    .action(whenRun(async () => (await import('../actions/alertWords.ts')).silence));
}

function unsilenceCommand(): Command {
  return said(
    'unsilence <pipeline> <silence>',
    'Ends a silence, named by its number: what still fires is told.',
    'whet alerts unsilence flight-delays 5 --why "the storm is over"',
  ).action(whenRun(async () => (await import('../actions/alertWords.ts')).unsilence));
}

function rulesCommand(): Command {
  const text = "Writes a pipeline's alerts as rules for Prometheus and its Alertmanager, in YAML.";
  return command('rules <pipeline>', text, 'whet alerts rules flight-delays --out flight-delays.rules.yaml')
    .option('--out <file>', 'where to (default: stdout)')
    .action(whenRun(async () => (await import('../actions/alertRules.ts')).alertRules));
}

function said(usage: string, description: string, example: string): Command {
  return command(usage, description, example)
    .option('--who <name>', 'who says so (default: the user of this machine)')
    .option('--why <reason>', 'for the log');
}
