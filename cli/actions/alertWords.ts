import { userInfo } from 'node:os';
import type { AlertWord } from '../../core/alertWords.ts';
import { sayToAlerts } from '../../monitoring/sayToAlerts.ts';
import { lookAfterWord } from '../../workers/lookAfterWord.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { printJson, report } from '../output.ts';
import { openOf, showOpen } from './alerts.ts';

interface WordOptions extends JsonOption {
  readonly who?: string;
  readonly why?: string;
}

interface SilenceOptions extends WordOptions {
  readonly rule?: string;
  readonly severity?: string;
  readonly monitor?: string;
  readonly about?: string;
  readonly for?: string;
  readonly until?: string;
}

/** Throws `alert.unknown`, as all of these. */
export function acknowledge(pipeline: string, alert: string, options: WordOptions): Promise<void> {
  return say(pipeline, 'acknowledge', { alert }, options);
}

export function resolve(pipeline: string, alert: string, options: WordOptions): Promise<void> {
  return say(pipeline, 'resolve', { alert }, options);
}

/** Throws `input.invalid`, `duration.invalid`. */
export function silence(pipeline: string, options: SilenceOptions): Promise<void> {
  const { rule, severity, monitor, about, for: span, until, ...others } = options;
  const given = Object.entries({ rule, severity, monitor, about, for: span, until });
  return say(pipeline, 'silence', Object.fromEntries(given.filter(([, value]) => value !== undefined)), others);
}

export function unsilence(pipeline: string, number: string, options: WordOptions): Promise<void> {
  return say(pipeline, 'unsilence', { silence: Number(number) }, options);
}

/** The log is the truth: no engine need run, but where one does receivers are told at once. */
async function say(
  pipeline: string,
  word: AlertWord,
  about: object,
  { who = userInfo().username, why = 'no reason given', json }: WordOptions,
): Promise<void> {
  const workplace = openWorkplace();
  const standing = await sayToAlerts(workplace.store, pipeline, word, { ...about, who, why }, Date.now());
  await lookAfterWord(workplace, pipeline, word, report);
  const open = openOf(pipeline, standing);
  if (json) printJson(open);
  else showOpen([open]);
}
