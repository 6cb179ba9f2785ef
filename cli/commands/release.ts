import type { Command } from 'commander';
import type { ReleaseWord } from '../../core/releaseMessages.ts';
import { command, whenRun } from '../command.ts';

export function releaseCommand(): Command {
  return command(
    'release <pipeline>',
    'Tells where the release stands: what answers, what is under way, which approvals are missing, and any pause.',
    'whet release flight-delays',
  ).action(whenRun(async () => (await import('../actions/release.ts')).release));
}

export function approveCommand(): Command {
  return person(
    'approve <pipeline> <version>',
    'Lets a version go, in a role that the pipeline file asks for. It is rolled out when all have approved.',
    'whet approve flight-delays 3 --who ana --role risk --why "looks right"',
    'approve',
  )
    .requiredOption('--role <role>', 'in which role of the pipeline file')
    .option('--digest <digest>', 'of the model that was looked at: refused where the version has another')
    .option('--anew', 'although the version was rejected');
}

export function pauseCommand(): Command {
  const text = 'Holds rollouts back: candidates wait, and the rollout under way holds. A rollback goes at any time.';
  return word('pause <pipeline>', text, 'whet pause flight-delays --why "the shop is on sale"').action(
    whenRun(async () => (await import('../actions/decideRelease.ts')).pauseRelease('pause')),
  );
}

export function resumeCommand(): Command {
  return word(
    'resume <pipeline>',
    'Goes on after a pause.',
    'whet resume flight-delays --why "the sale is over"',
  ).action(whenRun(async () => (await import('../actions/decideRelease.ts')).pauseRelease('resume')));
}

export function promoteCommand(): Command {
  return person(
    'promote <pipeline> <version>',
    'Puts a version in charge, whatever the gate said; the approvals that its pipeline asks for must be there.',
    'whet promote flight-delays 3 --why "checked by hand"',
    'promote',
  );
}

export function rejectCommand(): Command {
  return person(
    'reject <pipeline> <version>',
    'Turns a version down, in the ledger.',
    'whet reject flight-delays 3 --why "trained on a bad day"',
    'reject',
  );
}

export function rollbackCommand(): Command {
  const text = 'Stops the rollout under way; else goes back to the version that answered before, or to the one named.';
  return person(
    'rollback <pipeline> [version]',
    text,
    'whet rollback flight-delays --why "complaints since noon"',
    'rollback',
  );
}

export function referenceCommand(): Command {
  return person(
    'reference <pipeline> <version>',
    'Anchors the gate at a version: noWorseThanReference compares with it, and looks are counted anew.',
    'whet reference flight-delays 3 --why "good for a month"',
    'reference',
  );
}

function person(
  usage: string,
  description: string,
  example: string,
  said: Exclude<ReleaseWord, 'traffic' | 'pause' | 'resume'>,
): Command {
  return word(usage, description, example).action(
    whenRun(async () => (await import('../actions/decideRelease.ts')).decideRelease(said)),
  );
}

function word(usage: string, description: string, example: string): Command {
  return command(usage, description, example)
    .option('--who <name>', 'who decides (default: the user of this machine)')
    .option('--why <reason>', 'why; it stands in the ledger');
}
