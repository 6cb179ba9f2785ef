/** Where the kernel of hours finds what it works with, in its memory. Numbers are i32. */
export const hourPlaces = {
  /** Where the next new text goes: behind all else. */
  arena: 0,
  /** Where the last lines of a content end. */
  contentEnd: 4,
  /** The longest text's length. */
  longest: 8,
  /** A block of MD5, and 16 bytes behind it. */
  block: 64,
  /** Powers of ten, float64, up to the 6th. */
  powers: 144,
  /** By column: its type, where its values lie, its table of texts, and whether it may be null. */
  columns: 256,
  /** Whatever else. */
  free: 20_480,
} as const;

export const columnSize = 16;
export const mostColumns = 1_024;

/**
 * A column's texts, each of which is kept once and has a number: from 0, in the order in which they came. Of a table: how
 * many there are, the places of the open addressing less one, and where these lie (numbers from 1, 0 where there is
 * none), and by number where a text lies, how long it is, and its hash.
 */
export const table = { count: 0, mask: 4, slots: 8, starts: 12, lengths: 16, hashes: 20 } as const;
export const tableSize = 32;
export const slotsAtFirst = 1 << 11;
