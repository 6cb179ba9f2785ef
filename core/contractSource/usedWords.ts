/** Takes a word that a source uses, so that the file imports it, and gives it back. */
export type Use = (word: string) => string;

/** A list of words, each once, in the order of the alphabet. */
export function usedWords(): { readonly use: Use; readonly words: () => readonly string[] } {
  const used = new Set<string>();
  return {
    use: (word) => {
      used.add(word);
      return word;
    },
    words: () => [...used].sort(),
  };
}
