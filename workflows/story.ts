import { defineQuery, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { Progress } from '../core/run.ts';

/** Tells in Markdown, in the workflow's details tab and to whoever asks, what is done and what goes on. */
export interface Story {
  doing(now: string): void;
  done(line: string): void;
  /** A longer piece of Markdown, shown below the lines. */
  chapter(markdown: string): void;
  /** The last piece of Markdown, in place of the one before; empty takes it away. */
  aside(markdown: string): void;
  end(line: string): void;
}

/** Where the workflow stands, for the command line. */
export const progress = defineQuery<Progress>('progress');

/** Opens a workflow's story, and answers the query `progress` with it. */
export function openStory(title: string): Story {
  const lines: string[] = [];
  const chapters: string[] = [];
  let [now, beside] = ['starting', ''];
  const tell = (): void => {
    const list = lines.map((line) => `- ${line}`).join('\n');
    setCurrentDetails(
      [`### ${title}`, list, `**${now}**`, ...chapters, beside].filter((part) => part !== '').join('\n\n'),
    );
  };
  tell();
  setHandler(progress, () => ({ lines, now }), {
    description: 'What is done, and what goes on',
  });
  return {
    doing(next) {
      now = next;
      tell();
    },
    done(line) {
      lines.push(line);
      tell();
    },
    chapter(markdown) {
      chapters.push(markdown);
      tell();
    },
    aside(markdown) {
      beside = markdown;
      tell();
    },
    end(line) {
      now = line;
      tell();
    },
  };
}
