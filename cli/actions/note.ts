import { userInfo } from 'node:os';
import { WhetError } from '../../core/errors.ts';
import { type NoteRecord, notedOf, notedText } from '../../core/note.ts';
import { appendNote, readNotes } from '../../registry/notes.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { namedSubject } from '../named.ts';
import { print, printJson } from '../output.ts';

interface NoteOptions extends JsonOption {
  readonly who?: string;
}

interface TagOptions extends NoteOptions {
  readonly remove?: boolean;
}

/** Writes a note on a version or a run. Throws `version.unknown`, `run.unknown`. */
export async function note(pipeline: string, name: string, text: string, options: NoteOptions): Promise<void> {
  if (text.trim() === '') throw new WhetError('input.invalid', { expected: 'a text', came: `'${text}'` });
  await write(pipeline, name, { text }, options);
}

/** Puts tags on a version or a run, or takes them off. Throws `input.invalid`, `version.unknown`, `run.unknown`. */
export async function tag(pipeline: string, name: string, tags: string[], options: TagOptions): Promise<void> {
  const wrong = tags.find((one) => !/^[\p{L}\p{N}][\p{L}\p{N} ._:/-]{0,59}$/u.test(one));
  if (wrong !== undefined) {
    const expected = 'tags of up to 60 letters, digits, spaces and . _ : / -, such as audited';
    throw new WhetError('input.invalid', { expected, came: `'${wrong}'` });
  }
  await write(pipeline, name, options.remove ? { untag: tags } : { tags }, options);
}

type Written = Pick<NoteRecord, 'text' | 'tags' | 'untag'>;

async function write(pipeline: string, name: string, written: Written, { who, json }: NoteOptions): Promise<void> {
  const { store } = openWorkplace();
  const about = await namedSubject(store, pipeline, name);
  const authorship = { who: who ?? userInfo().username, at: new Date().toISOString() };
  await appendNote(store, pipeline, { about, ...written, ...authorship });
  const noted = notedOf(await readNotes(store, pipeline), about);
  if (json) return printJson({ ...about, ...noted });
  const subject = 'version' in about ? `version ${about.version} of ${pipeline}` : about.run;
  print(`${subject}: ${notedText(noted) || 'no tags, no notes'}`);
}
