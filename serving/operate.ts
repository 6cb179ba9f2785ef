import type { AlertStanding } from '../core/alert.ts';
import type { AlertWord } from '../core/alertWords.ts';
import type { ReleaseWord } from '../core/releaseMessages.ts';

/** How a serving process reaches the releases of the pipelines, for people who operate them over HTTP. */
export interface Operate {
  /**
   * Where the release of a pipeline stands by its ledger, with what is under way and ordered; `unreachable` tells in their
   * stead why that cannot be asked. Throws `pipeline.unknown`.
   */
  standing(pipeline: string): Promise<object>;
  /**
   * Says a word to it, and gives the version that the word was about (null: the whole pipeline). Throws what the release
   * refuses it with, `pipeline.unknown`, and `temporal.unreachable`.
   */
  say(pipeline: string, word: ReleaseWord, input: unknown): Promise<{ readonly version: number | null }>;
  /**
   * Writes a word into a pipeline's log of alerts, and gives what the log says after it. Needs no Temporal; with it
   * receivers are told at once. Throws
   * `alert.unknown`, `input.invalid`, `pipeline.unknown`.
   */
  sayToAlerts(pipeline: string, word: AlertWord, input: unknown): Promise<AlertStanding>;
  close(): Promise<void>;
}
