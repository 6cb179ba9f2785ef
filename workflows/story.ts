import { setCurrentDetails } from '@temporalio/workflow';

/** Tells in Markdown, in the workflow's details tab and to whoever asks, what is done and what goes on. */
export interface Story {
  doing(now: string): void;
  done(line: string): void;
  /** A longer piece of Markdown, shown below the lines. */
  chapter(markdown: string): void;
  end(line: string): void;
  told(): { lines: readonly string[]; now: string };
}

export function openStory(title: string): Story {
  const lines: string[] = [];
  const chapters: string[] = [];
  let now = 'starting';
  const tell = (): void => {
    const list = lines.map((line) => `- ${line}`).join('\n');
    setCurrentDetails([`### ${title}`, list, `**${now}**`, ...chapters].filter((part) => part !== '').join('\n\n'));
  };
  tell();
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
    end(line) {
      now = line;
      tell();
    },
    told: () => ({ lines: [...lines, ...chapters], now }),
  };
}
