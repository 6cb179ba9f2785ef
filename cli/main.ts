import { Command } from 'commander';
import { WhetError } from '../core/errors.ts';
import packageJson from '../package.json' with { type: 'json' };
import { alertsCommand } from './commands/alerts.ts';
import { backendCommand } from './commands/backend.ts';
import { backtestCommand } from './commands/backtest.ts';
import { compareCommand } from './commands/compare.ts';
import { contractCommand } from './commands/contract.ts';
import { copyCommand } from './commands/copy.ts';
import { decisionsCommand } from './commands/decisions.ts';
import { doctorCommand } from './commands/doctor.ts';
import { eraseCommand } from './commands/erase.ts';
import { explainCommand } from './commands/explain.ts';
import { exportCommand } from './commands/export.ts';
import { feedbackCommand } from './commands/feedback.ts';
import { gateCommand } from './commands/gate.ts';
import { gcCommand } from './commands/gc.ts';
import { graphCommand } from './commands/graph.ts';
import { keyCommand } from './commands/key.ts';
import { labelsCommand } from './commands/labels.ts';
import { learnerCommand } from './commands/learner.ts';
import { ledgerCommand } from './commands/ledger.ts';
import { liveCommand } from './commands/live.ts';
import { matrixCommand } from './commands/matrix.ts';
import { noteCommand, tagCommand } from './commands/note.ts';
import { quarantineCommand } from './commands/quarantine.ts';
import { refreshCommand } from './commands/refresh.ts';
import { registerCommand } from './commands/register.ts';
import {
  approveCommand,
  pauseCommand,
  promoteCommand,
  referenceCommand,
  rejectCommand,
  releaseCommand,
  resumeCommand,
  rollbackCommand,
} from './commands/release.ts';
import { retrainCommand } from './commands/retrain.ts';
import { runsCommand } from './commands/runs.ts';
import { scoreCommand } from './commands/score.ts';
import { scorecardCommand } from './commands/scorecard.ts';
import { serveCommand } from './commands/serve.ts';
import { snapshotCommand } from './commands/snapshot.ts';
import { snapshotsCommand } from './commands/snapshots.ts';
import { trafficCommand } from './commands/traffic.ts';
import { trialsCommand } from './commands/trials.ts';
import { upCommand } from './commands/up.ts';
import { validateCommand } from './commands/validate.ts';
import { versionsCommand } from './commands/versions.ts';
import { lookCommand, watchCommand } from './commands/watch.ts';
import { whyCommand } from './commands/why.ts';
import { workerCommand } from './commands/worker.ts';
import { failed } from './failed.ts';

/** The command `whet`: reads the arguments, runs one command, and ends with an exit code of the error catalogue. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await program().parseAsync([...argv]);
  } catch (error) {
    process.exitCode = await failed(error);
    // What waits for a process that cannot start would wait on.
    if (error instanceof WhetError && error.code.endsWith('.not-started')) process.exit();
  }
}

/** All commands with their arguments and options. */
export function program(): Command {
  const whet = new Command('whet')
    .description('Keeps machine-learning models sharp: validates, searches, judges, promotes, serves and retrains.')
    .version(packageJson.version)
    // After a command's name `--version` is that command's own.
    .enablePositionalOptions()
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError('(whet --help shows the commands)')
    .exitOverride();
  for (const [heading, commands] of Object.entries(groups())) {
    whet.commandsGroup(`${heading}:`);
    for (const command of commands) whet.addCommand(throwing(command));
  }
  return whet;
}

/** By what a user is about to do. */
function groups(): Readonly<Record<string, readonly Command[]>> {
  return {
    'Run the engine': [upCommand(), serveCommand(), workerCommand(), doctorCommand(), backendCommand(), keyCommand()],
    'Look after data': [
      validateCommand(),
      contractCommand(),
      quarantineCommand(),
      snapshotsCommand(),
      snapshotCommand(),
      eraseCommand(),
      gcCommand(),
    ],
    'Make a model': [
      retrainCommand(),
      refreshCommand(),
      backtestCommand(),
      gateCommand(),
      matrixCommand(),
      registerCommand(),
      learnerCommand(),
    ],
    'Look at runs and versions': [
      runsCommand(),
      whyCommand(),
      decisionsCommand(),
      trialsCommand(),
      scorecardCommand(),
      versionsCommand(),
      compareCommand(),
      explainCommand(),
      ledgerCommand(),
      tagCommand(),
      noteCommand(),
    ],
    'Say who answers': [
      liveCommand(),
      releaseCommand(),
      approveCommand(),
      promoteCommand(),
      rejectCommand(),
      rollbackCommand(),
      pauseCommand(),
      resumeCommand(),
      referenceCommand(),
      trafficCommand(),
      copyCommand(),
    ],
    'Score and watch': [
      scoreCommand(),
      exportCommand(),
      graphCommand(),
      feedbackCommand(),
      labelsCommand(),
      watchCommand(),
      lookCommand(),
      alertsCommand(),
    ],
  };
}

/** A command that ends by an error and not the process, and so do the commands in it. */
function throwing(command: Command): Command {
  for (const inner of command.commands) throwing(inner);
  return command.exitOverride();
}
