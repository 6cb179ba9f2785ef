/**
 * The catalogue of errors. Each has a code, an outcome (what the engine does about it), the HTTP status and the exit
 * code it maps to, and what a person should do. `docs/errors.md` holds one line for each; a test keeps the two together.
 *
 * Outcomes: `stop` (the input is wrong: trying again changes nothing), `retry` (the surroundings failed: try again),
 * `hold` (a person must decide).
 */
export const catalogue = {
  // words: a definition that cannot be right
  'pipeline.invalid': entry('stop', 400, 2, 'Correct the pipeline file and try again.'),
  'pipeline.unknown': entry('stop', 404, 2, 'Name a pipeline that a file in pipelines/ defines.'),
  'pipeline.duplicate': entry('stop', 400, 2, 'Give each pipeline an id of its own.'),
  'pipeline.unloadable': entry('stop', 400, 2, 'Mend the pipeline file: it must load without an error.'),
  'feature.reads-label': entry('stop', 400, 2, 'Take the label column out of the feature.'),
  'column.unknown': entry('stop', 400, 2, 'Use a column that the contract declares.'),
  'column.wrong-type': entry('stop', 400, 2, 'Use a column of the type that is needed here.'),
  'metric.failed': entry('stop', 422, 3, 'Correct the function of the metric in the pipeline file, and retrain.'),
  'metric.not-as-planned': entry(
    'stop',
    409,
    2,
    'Start the worker again with the pipeline file as it was when the run began, or retrain with the file as it is.',
  ),
  'metric.not-on-scorecard': entry('stop', 400, 2, 'Add the metric to scorecard.metrics, or drop the rule.'),
  'gate.no-anchor': entry(
    'stop',
    400,
    2,
    'Add noWorseThanReference on the same metric: many steps down, each small enough, would add up.',
  ),
  'duration.invalid': entry('stop', 400, 2, "Write a number and a unit, such as '6 hours' or '14 days'."),
  'contract.uncompilable': entry('stop', 400, 2, 'Say it with the checks that compile to SQL; see docs/guide.md.'),
  'contract.no-event-time': entry(
    'stop',
    422,
    3,
    'Add a column with the time of each row, such as 2001-03-15T12:00:00Z.',
  ),
  'contract.duplicate': entry(
    'stop',
    400,
    2,
    'Give each contract an id of its own, or let all pipelines use the same one.',
  ),
  'odcs.invalid': entry(
    'stop',
    422,
    3,
    'Correct the document: it must be YAML as the Open Data Contract Standard v3.1 asks for it.',
  ),
  'odcs.which-schema': entry('stop', 400, 2, 'Say which schema object becomes the contract: --schema NAME'),
  'odcs.which-event-time': entry('stop', 400, 2, 'Say which date places a row in its hour: --event-time COLUMN'),
  'contract.version-too-low': entry('stop', 409, 4, 'Raise version in the contract to the one that is asked for.'),
  // datasets
  'source.unreadable': entry('stop', 422, 3, 'Repair or replace the source file.'),
  'source.unplaced': entry(
    'stop',
    422,
    3,
    "Write the file under a path such as dt=2001-03-15/hour=12/, or say partition: 'hour'.",
  ),
  'source.empty': entry('stop', 422, 3, 'Give a source with at least one row.'),
  'source.changed': entry('retry', 503, 5, 'Run again when nothing writes to the source any more.'),
  'sample.unknown': entry('stop', 400, 2, 'Name sample data that there is.'),
  'sample.not-installed': entry('stop', 400, 2, 'Type: npm install vega-datasets'),
  'source.no-such-hour': entry('stop', 422, 3, 'Ask for an hour that the source covers.'),
  'schema.missing-column': entry('stop', 422, 3, 'Add the column to the source or remove it from the contract.'),
  'schema.wrong-type': entry('stop', 422, 3, 'Write the column with the declared type.'),
  'quarantine.over-budget': entry(
    'stop',
    422,
    4,
    'Mend the source, or raise quarantine.atMost if these rows are expected.',
  ),
  'contract.rejected': entry(
    'stop',
    422,
    4,
    'Mend the source, or give the rule another severity: whet validate shows all such rows.',
  ),
  'readmission.refused': entry('stop', 422, 4, 'Mend the rows by what is said of them, and give them again.'),
  'batch.rule-broken': entry('stop', 422, 4, 'Complete the source, or change the batch rule.'),
  'snapshot.unknown': entry('stop', 404, 2, 'List the snapshots with: whet snapshots'),
  'reference.no-snapshot': entry(
    'stop',
    422,
    3,
    'Retrain a pipeline of the contract that is referred to, so that its rows are frozen; then try again.',
  ),
  'erasure.still-in-source': entry(
    'stop',
    409,
    4,
    'Erase these rows in the source first: the next run would bring them back.',
  ),
  'erasure.run-under-way': entry('retry', 409, 5, 'Wait until the run has ended, or end the engine, and try again.'),
  // features
  'snapshot.missing-hour': entry(
    'stop',
    422,
    3,
    'Take a snapshot that begins early enough for the window and its tables.',
  ),
  // storage
  'storage.damaged': entry(
    'stop',
    500,
    5,
    'Restore the object from a backup; until then what is made of it cannot be used.',
  ),
  'storage.missing': entry('stop', 500, 5, 'Restore the object from a backup, or compute it again.'),
  'storage.full': entry(
    'retry',
    507,
    5,
    'Make room on the disk (whet gc --delete removes what nothing needs); what was under way goes on from there.',
  ),
  'storage.unreachable': entry('retry', 503, 5, 'See that the object store runs and can be reached from here.'),
  'storage.denied': entry(
    'stop',
    500,
    5,
    'Give credentials that may read, write, list and delete there: AWS_ACCESS_KEY_ID and its secret, or a profile.',
  ),
  'storage.no-bucket': entry('stop', 500, 5, 'Create the bucket, or correct WHET_STORE.'),
  'storage.refused': entry(
    'stop',
    500,
    5,
    'Correct WHET_STORE, or use a server that takes conditional writes and SHA-256 checksums as S3 does.',
  ),
  // trials
  'backend.unavailable': entry('stop', 503, 5, 'Pick another backend: whet backend list tells which this machine has.'),
  'backend.install-failed': entry('stop', 500, 5, 'Mend what the message names and type the command again.'),
  'trial.no-rows': entry('stop', 422, 3, 'Widen window.train and window.validate: labelled rows must fall into each.'),
  'trial.lease-lost': entry('retry', 409, 5, 'Nothing: another process runs the same trial and will finish it.'),
  'trial.process-died': entry('retry', 503, 5, 'Try again: the trial goes on from its last checkpoint.'),
  'trial.failed': entry('retry', 500, 5, 'Try again; if it fails the same way, report it with the message.'),
  'trial.no-warm-start': entry('stop', 422, 3, 'Take search.warmStart out of the pipeline, or search again.'),
  'learner.differs': entry(
    'stop',
    409,
    4,
    'Start the engine anew, on each machine with the same file, so that the plan pins it as it is; or put it back.',
  ),
  'learner.invalid': entry('stop', 422, 2, 'Mend the file, and see that it holds with: whet learner check FILE'),
  'learner.unsound': entry('stop', 422, 3, 'Mend the learner where the check says, and check it again.'),
  'search.all-diverged': entry('stop', 422, 3, 'Lower the learning rates: no trial of the search had finite scores.'),
  'search.one-class': entry(
    'stop',
    422,
    3,
    'See that the source is whole in these hours, or widen window.validate until rows of both classes fall into it.',
  ),
  'search.out-of-time': entry('stop', 422, 3, 'Raise search.budget.time: not one trial ended within it.'),
  'mlflow.refused': entry('stop', 502, 5, 'Name an MLflow tracking server that answers: --to-mlflow http://HOST:5000'),
  // runs and versions
  'contract.unknown': entry('stop', 404, 2, 'Name a contract that a file in pipelines/ exports or uses.'),
  'run.unknown': entry('stop', 404, 2, 'List the runs with: whet runs'),
  // model packages and scorers
  'package.no-rows': entry('stop', 422, 3, 'Widen window.validate or window.test: rows must fall into each.'),
  'package.parity-failed': entry('hold', 500, 5, 'Do not serve it: retrain, and report it with the row shown.'),
  'package.unloadable': entry('stop', 500, 5, 'Retrain: the bytes are no model that onnxruntime can run.'),
  'scorer.not-compiled': entry(
    'stop',
    500,
    5,
    'Nothing: onnxruntime answers, which takes some 20 microseconds more a row.',
  ),
  'scorer.released': entry('retry', 503, 5, 'Try again: another version answers by now.'),
  // scorecards
  'scorecard.not-comparable': entry(
    'hold',
    409,
    4,
    'Judge it without that version: point the alias at a version of the same label and contract, or start a new pipeline.',
  ),
  // scores of files
  'score.column-taken': entry('stop', 422, 2, 'Name the columns to keep without it: --columns A,B'),
  'score.over-budget': entry(
    'stop',
    422,
    4,
    'Mend the rows and score them again, or allow more: --refuse-at-most SHARE. What was scored stays.',
  ),
  // serving
  'model.unknown': entry('stop', 404, 2, 'Name a pipeline that is served: GET / lists them.'),
  'model.not-usable': entry('stop', 422, 3, 'Train it on the columns of whet matrix, and export it as ONNX.'),
  'model.no-such-version': entry('stop', 404, 2, 'Name a version that is loaded, or an alias of one.'),
  'model.not-ready': entry('retry', 503, 6, 'Try again in a moment.'),
  'model.digest-differs': entry('hold', 500, 5, 'Publish a routing that names the package as it was registered.'),
  'model.no-score': entry('stop', 422, 2, 'Send values of the size that the model was trained on.'),
  'routing.invalid': entry('hold', 500, 5, 'Publish the routing again from the ledger.'),
  'traffic.invalid': entry('stop', 400, 2, 'Correct the traffic: weights, rules and fallback name its own variants.'),
  'variant.needs-column': entry(
    'hold',
    409,
    4,
    'Leave it out of the traffic: it can answer once it is champion and callers send its columns.',
  ),
  'variant.too-slow': entry('hold', 409, 4, 'Take it out of the fallback, or allow a longer deadline.'),
  'variant.taken-out': entry('hold', 503, 5, 'Look at its tally, mend it, and publish the traffic again.'),
  'variant.late': entry('retry', 504, 5, 'Allow more time, or let the routing choose who answers.'),
  'variant.died': entry('hold', 503, 5, 'Publish the traffic again, which starts it anew; the others go on answering.'),
  'graph.invalid': entry('stop', 400, 2, 'Correct the graph, and see that it holds with: whet graph check FILE'),
  'graph.unknown': entry('stop', 404, 2, 'Name a file of graphs/, or the path of one.'),
  'graph.late': entry('retry', 504, 5, 'Allow more time by deadlineMs of the node or the graph, or in the request.'),
  'graph.other-words': entry('hold', 409, 4, 'Combine pipelines that give the same answers.'),
  'graph.transform-failed': entry('stop', 422, 3, 'Mend the transform, or send rows that it takes.'),
  'row.missing-column': entry('stop', 400, 2, 'Send every column that the model takes.'),
  'row.extra-column': entry('stop', 400, 2, 'Send exactly the columns that the model takes.'),
  'row.wrong-value': entry('stop', 400, 2, 'Send each column in its own type.'),
  'request.invalid': entry('stop', 400, 2, 'Send the request in the form that the message shows.'),
  'request.too-large': entry('stop', 413, 2, 'Send fewer rows per request.'),
  'request.unsupported': entry('stop', 501, 2, 'Leave it out: GET /v2 lists the extensions that there are.'),
  'request.too-deep': entry('stop', 400, 2, 'Send a body with fewer arrays and objects in one another.'),
  'request.too-slow': entry('stop', 408, 2, 'Send the whole request at once.'),
  'request.headers-too-large': entry('stop', 431, 2, 'Send fewer or shorter headers.'),
  'request.late': entry('retry', 504, 6, 'Allow more time, or send less at once.'),
  'feedback.invalid': entry('stop', 400, 2, 'Send each label with its key, in the form that the message shows.'),
  'feedback.not-stored': entry('retry', 503, 5, 'Send the same labels again: those that were stored count once.'),
  'client.no-answer': entry('retry', 503, 5, 'See that a serving process runs at one of the addresses, and try again.'),
  'client.too-late': entry(
    'retry',
    504,
    5,
    'Allow more time by deadlineMs, or ask a serving process that has less to do.',
  ),
  'route.unknown': entry('stop', 404, 2, 'GET / lists what is served, GET /openapi.json how it is asked.'),
  'route.wrong-method': entry('stop', 405, 2, 'Use the method that the route takes.'),
  'server.failed': entry('retry', 500, 5, "Look at the server's log under the request's id."),
  'server.busy': entry('retry', 503, 6, 'Try again after the seconds of Retry-After, or run more serving processes.'),
  'server.unprotected': entry(
    'stop',
    409,
    2,
    'Give --keys FILE (whet key new makes one), listen on 127.0.0.1, or say --open if another part checks who asks.',
  ),
  'key.missing': entry('stop', 401, 2, 'Send the key that whet key new printed.'),
  'key.unknown': entry('stop', 401, 2, 'Send a key that the file of keys holds.'),
  'key.wrong-role': entry('stop', 403, 2, 'Use a key of that role: whet key new makes one.'),
  'keys.invalid': entry('stop', 422, 2, 'Correct the file; whet key new writes it as it must be.'),
  'tls.invalid': entry('stop', 422, 2, 'Give a certificate with its chain and its private key, both as PEM.'),
  // workers: Temporal and the process tree
  'temporal.unavailable': entry(
    'stop',
    503,
    6,
    'Put the temporal command on the PATH, set TEMPORAL_ADDRESS to a running server, or install Go 1.26 or later.',
  ),
  'temporal.not-started': entry('retry', 503, 6, 'Read the log of Temporal and try again.'),
  'temporal.unreachable': entry('retry', 503, 6, 'See that Temporal runs there, or correct TEMPORAL_ADDRESS.'),
  'worker.not-started': entry('retry', 503, 5, 'Mend what its last lines name, and type the command again.'),
  'engine.already-running': entry('stop', 409, 7, 'Use the running engine, or end it with Ctrl-C first.'),
  'engine.not-here': entry(
    'stop',
    409,
    6,
    'Copy without --promote: that prints what to type on a machine where an engine works on that store.',
  ),
  'port.taken': entry(
    'stop',
    409,
    7,
    'End the process that listens there, or ask for another port (0 takes a free one).',
  ),
  // registry
  'ledger.broken': entry('hold', 500, 5, 'Restore the ledger from a backup: its entries are the only truth.'),
  'ledger.contended': entry('retry', 503, 5, 'Try again: other writers were faster.'),
  'version.unknown': entry('stop', 404, 2, 'Name a version that `whet versions` lists, or an alias.'),
  'version.swept': entry(
    'stop',
    409,
    4,
    'Name a version whose package is still there, restore the objects from a backup, or retrain that hour.',
  ),
  // releases
  'approval.wrong-role': entry(
    'stop',
    403,
    4,
    'Approve in a role that the pipeline file names, as one who may act in it.',
  ),
  'approval.different-digest': entry(
    'stop',
    409,
    4,
    'Look at the version that is there (whet versions), and approve that.',
  ),
  'approval.twice': entry('stop', 409, 4, 'Nothing: another person must give what is still missing.'),
  'approval.rejected': entry(
    'stop',
    409,
    4,
    'Approve a newer version, or this one in spite of it: whet approve … --anew, or "anew": true.',
  ),
  'approval.expired': entry('stop', 409, 4, 'Approve it again, and promote it before the approvals expire.'),
  'approval.missing': entry(
    'stop',
    409,
    4,
    'Have it approved first: whet approve PIPELINE VERSION --role ROLE --why "…"',
  ),
  'release.paused': entry('stop', 409, 4, 'Resume first: whet resume PIPELINE. A rollback goes at any time.'),
  // watching
  'alert.unknown': entry('stop', 404, 2, 'See what is open with: whet alerts PIPELINE'),
  // input of workflows and commands
  'input.invalid': entry('stop', 400, 2, 'Give what is expected instead.'),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;
export type ErrorOutcome = 'stop' | 'retry' | 'hold';

export interface CatalogueEntry {
  readonly outcome: ErrorOutcome;
  /** HTTP status when the error reaches a client. */
  readonly http: number;
  /** Exit code of the command that ends with it. */
  readonly exit: number;
  /** What to do, unless the place that throws knows better. */
  readonly todo: string;
}

export interface ErrorFacts {
  /** What was expected, such as `a column of the contract 'flights'`. */
  readonly expected: string;
  /** What came: value and place, such as `'orign' in features.origin`. */
  readonly came: string;
  /** What to do; the catalogue's own advice when left out. */
  readonly todo?: string;
}

/** An error of the catalogue. Its message reads: code: expected …, but came …. What to do. */
export class WhetError extends Error {
  override readonly name = 'WhetError';
  readonly code: ErrorCode;
  readonly facts: Required<ErrorFacts>;

  constructor(code: ErrorCode, facts: ErrorFacts, cause?: unknown) {
    const todo = facts.todo ?? catalogue[code].todo;
    super(
      `${code}: expected ${facts.expected}, but came ${withStop(facts.came)} ${todo}`,
      cause === undefined ? {} : { cause },
    );
    this.code = code;
    this.facts = { expected: facts.expected, came: facts.came, todo };
  }

  get outcome(): ErrorOutcome {
    return catalogue[this.code].outcome;
  }
}

/** What came may be a sentence of its own. */
function withStop(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

function entry(outcome: ErrorOutcome, http: number, exit: number, todo: string): CatalogueEntry {
  return { outcome, http, exit, todo };
}
