/** Where the kernel finds what it works with, in its memory. Numbers are i32. */
export const kernelPlaces = {
  /** Where the line that it stopped at begins, the row that this line would be, and the line's number. */
  at: 0,
  row: 4,
  line: 8,
  /** Where the next text that had escapes goes. */
  decoded: 12,
  /** How many fields are known. */
  fieldCount: 16,
  /** Of a value that no column holds. */
  nowhere: 24,
  /** Powers of ten, float64, up to the 15th. */
  powers: 64,
  /** By column: its type, where its values and its presence lie, and the last row that it had a value in. */
  columns: 256,
  /** By field: where its name lies as it stands in a line, the name's length, and its column, or `noColumn` or `oddColumn`. */
  fields: 20_480,
  /** By place in a line: the field that was there last. Most lines have the same order. */
  order: 53_248,
  /** Names of fields, each of whole 16 bytes, and as many that tell which of these count. */
  names: 65_536,
  /** Lines, and 16 zeros at least. */
  lines: 131_072,
} as const;

export const [columnSize, fieldSize] = [16, 16];
/** More columns and more fields of a line are left to other readers; of more names, the first ones are forgotten. */
export const [mostColumns, mostFields, mostPlaces] = [1_024, 512, 3_072];
export const [noColumn, oddColumn] = [-1, -2];
export const kernelTypes = { string: 0, int: 1, number: 2, date: 3, boolean: 4 } as const;
