/** A text for people, with the first 12 of a digest's 64 digits: enough to tell one from another. */
export function shortDigests(text: string): string {
  return text.replaceAll(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1');
}
